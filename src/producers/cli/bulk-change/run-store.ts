// A run: what was asked for, for which certificates, and what became of each; kept in Redis, so that whoever goes on with it, on
// whatever machine, does nothing twice.
import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";
import type { RedisClient } from "../../../shared/redis/client.ts";
import type { Keys } from "../../../shared/redis/keys.ts";
import { type Planned, planned, wanted } from "./actions.ts";

/** No reference begins with a tilde. */
const ABOUT = "~about";
const KEPT_SECONDS = 90 * 86_400;
const AT_ONCE = 500;

const about = z.object({
  ...{ wanted, filter: z.string(), who: z.string(), at: z.string(), count: z.int() },
  /** Of the request that began it, where it came under an Idempotency-Key. */
  digest: z.string().optional(),
});
export type RunAbout = z.infer<typeof about>;

export const outcome = z.enum(["done", "same", "refused", "later"]);
export type Outcome = z.infer<typeof outcome>;
const entry = z.object({ plan: planned, outcome: outcome.optional() });

export interface RunEntry {
  reference: string;
  plan: Planned;
}

export type RunStore = ReturnType<typeof runStore>;

export function newRunId(now: Date): string {
  return `${now.toISOString().slice(0, 10)}-${randomBytes(4).toString("hex")}`;
}

/** The same caller and Idempotency-Key name the same run. */
export function runIdOf(caller: string, key: string): string {
  return createHash("sha256").update(`${caller}\n${key}`).digest("hex").slice(0, 32);
}

export function runStore({ redis, keys }: { redis: RedisClient; keys: Keys }) {
  return {
    /** What it is about comes last: a run that was planned by half is none. */
    async keep(id: string, told: RunAbout, entries: readonly RunEntry[]): Promise<void> {
      const key = keys.bulkRun(id);
      for (let i = 0; i < entries.length; i += AT_ONCE) {
        const fields = entries
          .slice(i, i + AT_ONCE)
          .map(({ reference, plan }) => [reference, JSON.stringify({ plan })]);
        await redis.hset(key, Object.fromEntries(fields) as Record<string, string>);
        await redis.expire(key, KEPT_SECONDS);
      }
      await redis.hset(key, ABOUT, JSON.stringify(told));
      await redis.expire(key, KEPT_SECONDS);
    },

    /** With what is still to be done; undefined: there is no such run. */
    async read(id: string): Promise<{ told: RunAbout; open: RunEntry[]; ended: number } | undefined> {
      const { [ABOUT]: text, ...fields } = await redis.hgetall(keys.bulkRun(id));
      if (text === undefined) return undefined;
      const open: RunEntry[] = [];
      let ended = 0;
      for (const [reference, kept] of Object.entries(fields)) {
        const read = entry.parse(JSON.parse(kept));
        if (read.outcome === undefined || read.outcome === "later") open.push({ reference, plan: read.plan });
        else ended += 1;
      }
      return { told: about.parse(JSON.parse(text)), open, ended };
    },

    async end(id: string, { reference, plan }: RunEntry, became: Outcome): Promise<void> {
      await redis.hset(keys.bulkRun(id), reference, JSON.stringify({ plan, outcome: became }));
    },
  };
}
