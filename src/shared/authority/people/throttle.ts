// Slows guessing: failed sign-ins are counted by person and address, each failure makes the pause longer, for all gateways together.
import { createHash } from "node:crypto";
import { join } from "node:path";
import ipaddr from "ipaddr.js";
import type { RedisClient } from "../../redis/client.ts";
import type { Keys } from "../../redis/keys.ts";
import { defineScript, runScript } from "../../redis/script.ts";

const TAKE = defineScript(join(import.meta.dirname, "lua/count-sign-in.lua"), {
  keys: [],
  args: ["now", "keep", "what"],
});

/** Tries that are free, the first pause and the longest (ms). */
interface Limit {
  free: number;
  first: number;
  longest: number;
}

/** One person from one place: five slips are human, then 10, 20, 40 … seconds, at last a quarter of an hour. */
const PAIR: Limit = { free: 5, first: 10_000, longest: 900_000 };
/** All people from one address: an office behind one address makes more slips than one person. */
const ADDRESS: Limit = { free: 20, first: 10_000, longest: 300_000 };
/** One person from everywhere: only many addresses together come so far, and then everybody waits a minute at most. */
const PERSON: Limit = { free: 50, first: 5_000, longest: 60_000 };
/** Counters are forgotten so long after the last try. */
const KEEP_MS = 3_600_000;

/** Who wants to sign in. `name` as it was typed; `device`: a browser that this person has signed in with before. */
export interface Try {
  name: string;
  from: string | null;
  device?: string | undefined;
}

export type Throttle = ReturnType<typeof signInThrottle>;

/** `now` in milliseconds since 1970. */
export function signInThrottle(redis: RedisClient, keys: Pick<Keys, "signIn">) {
  async function ask(what: "look" | "count" | "undo", asked: Try, now: number): Promise<number> {
    const counters = countersOf(asked, keys);
    const wait = await runScript(redis, TAKE, {
      keys: {},
      args: { now, keep: KEEP_MS, what },
      moreKeys: counters.map(([key]) => key),
      moreArgs: counters.flatMap(([, { free, first, longest }]) => [free, first, longest]),
    });
    return Math.ceil(Number(wait) / 1_000);
  }
  return {
    /** Counts a try; the seconds to wait where it is not allowed, else 0. Ask before the password is looked at. */
    count: (asked: Try, now: number) => ask("count", asked, now),
    /** The seconds to wait, without counting. */
    look: (asked: Try, now: number) => ask("look", asked, now),
    /** The password was right: the try was no failure, and those before it were slips of the same person. */
    async forget(asked: Try, now: number): Promise<void> {
      await ask("undo", asked, now);
      await redis.del(pairOf(asked, keys));
    },
  };
}

/** A known browser has a counter of its own: what strangers do elsewhere never locks its person out. */
function countersOf(asked: Try, keys: Pick<Keys, "signIn">): [string, Limit][] {
  const pair: [string, Limit] = [pairOf(asked, keys), PAIR];
  if (asked.device !== undefined) return [pair];
  return [
    pair,
    [keys.signIn("address", digest(placeOf(asked.from))), ADDRESS],
    [keys.signIn("person", digest(nameOf(asked))), PERSON],
  ];
}

function pairOf(asked: Try, keys: Pick<Keys, "signIn">): string {
  return keys.signIn("pair", digest(`${nameOf(asked)}\n${asked.device ?? placeOf(asked.from)}`));
}

function nameOf({ name }: Try): string {
  return name.trim().toLowerCase();
}

/** What somebody typed by mistake (a password in the field of the name) is not kept. */
function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 22);
}

/** Whoever has an IPv6 address has 2^64 of them. */
export function placeOf(from: string | null): string {
  if (from === null || !ipaddr.isValid(from)) return from ?? "socket";
  const address = ipaddr.process(from);
  if (address.kind() === "ipv4") return address.toString();
  return `${(address as ipaddr.IPv6).parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(":")}::/64`;
}
