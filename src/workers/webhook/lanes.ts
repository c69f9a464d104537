// The lanes of an endpoint, as a worker sees them: what it may deliver now, and what came of it.
import { join } from "node:path";
import { z } from "zod";
import type { RedisClient } from "../../shared/redis/client.ts";
import type { Keys } from "../../shared/redis/keys.ts";
import { defineScript, runScript } from "../../shared/redis/script.ts";
import type { Delivery } from "../../shared/webhooks/endpoint.ts";
import { GIVE_UP_MS, REST_MS, SICK_AFTER, SICK_FROM } from "./pauses.ts";

const COLLECT = defineScript(join(import.meta.dirname, "lua/collect.lua"), {
  keys: ["events", "hook"],
  args: ["most", "now", "restMs"],
});
const LEND = defineScript(join(import.meta.dirname, "lua/lend.lua"), {
  keys: ["hook"],
  args: ["now", "most", "loanMs", "token"],
});
const SETTLE = defineScript(join(import.meta.dirname, "lua/settle-delivery.lua"), {
  keys: ["hook"],
  args: [
    ...(["subject", "event", "token", "outcome", "now", "tries", "firstAt", "level", "dueAt"] as const),
    ...([
      "probeAt",
      "sickAt",
      "holdUntil",
      "isProbe",
      "sickFrom",
      "sickAfter",
      "offMs",
      "entry",
      "last",
      "mostLog",
      "logMs",
    ] as const),
  ],
});

const CALL_MISDATED = defineScript(join(import.meta.dirname, "lua/call-misdated-lanes.lua"), {
  keys: ["hook"],
  args: ["now", "apartMs"],
});

/** Clocks of a fleet that is well are less apart. */
const APART_MS = 5_000;
/** Longer than a delivery may take. */
export const LOAN_MS = 20_000;
const MOST_LOG = 1_000;
const LOG_MS = 7 * 86_400_000;
const COLLECT_AT_ONCE = 500;

/** `level`: how many of the tries count for the next pause. */
const loan = z.object({
  ...{ subject: z.string(), event: z.string(), tries: z.number(), firstAt: z.number(), level: z.number() },
});
export type Loan = z.infer<typeof loan>;

const lent = z.object({
  state: z.string(),
  /** An empty list of Lua is an empty object of JSON. */
  loans: z.preprocess((read) => (Array.isArray(read) ? read : []), z.array(loan)),
  isProbe: z.boolean().default(false),
  probes: z.number().default(0),
  /** No delivery has succeeded since. */
  failingSince: z.number().optional(),
  next: z.number().optional(),
});
export type Lent = z.infer<typeof lent>;

export interface Settled {
  loan: Loan;
  token: string;
  outcome: "delivered" | "failed" | "gave-up" | "gone" | "dropped";
  now: Date;
  dueAt: number;
  probeAt: number;
  sickAt: number;
  /** The receiver asked for a pause; 0: it did not. */
  holdUntil: number;
  isProbe: boolean;
  entry: Delivery;
}

type LaneNeeds = { redis: RedisClient; keys: Pick<Keys, "hook" | "events"> };

/** Puts all new events of an endpoint into its lanes. */
export async function collect(id: string, now: Date, { redis, keys }: LaneNeeds): Promise<void> {
  const operands = {
    keys: { events: keys.events, hook: keys.hook(id) },
    args: { most: COLLECT_AT_ONCE, now: now.getTime(), restMs: REST_MS },
  };
  while (((await runScript(redis, COLLECT, operands)) as number) === COLLECT_AT_ONCE);
}

/** What a clock that was ahead has planned here is due now. */
export async function callMisdatedLanes(id: string, now: Date, { redis, keys }: LaneNeeds): Promise<void> {
  const args = { now: now.getTime(), apartMs: APART_MS };
  await runScript(redis, CALL_MISDATED, { keys: { hook: keys.hook(id) }, args });
}

export async function lend(
  id: string,
  { now, most, token }: { now: Date; most: number; token: string },
  { redis, keys }: LaneNeeds,
): Promise<Lent> {
  const answer = await runScript(redis, LEND, {
    keys: { hook: keys.hook(id) },
    args: { now: now.getTime(), most, loanMs: LOAN_MS, token },
  });
  return lent.parse(JSON.parse(answer as string));
}

/** Answers the endpoint's state then. */
export async function settle(id: string, settled: Settled, { redis, keys }: LaneNeeds): Promise<string> {
  const { loan, token, outcome, now, dueAt, probeAt, sickAt, holdUntil, isProbe, entry } = settled;
  const { id: event, type, state, at, status, error } = entry;
  const answer = await runScript(redis, SETTLE, {
    keys: { hook: keys.hook(id) },
    args: {
      ...{ subject: loan.subject, event: loan.event, token, outcome, now: now.getTime() },
      ...{
        tries: loan.tries + 1,
        firstAt: loan.firstAt,
        level: loan.level + 1,
        dueAt,
        probeAt,
        sickAt,
        holdUntil,
        isProbe: isProbe ? 1 : 0,
      },
      ...{ sickFrom: SICK_FROM, sickAfter: SICK_AFTER, offMs: GIVE_UP_MS, mostLog: MOST_LOG, logMs: LOG_MS },
      entry: JSON.stringify(entry),
      last: JSON.stringify({ id: event, type, state, at, status, error }),
    },
  });
  return answer as string;
}
