// Which mails the fleet asked for itself. Who may write jobs is not yet Certfleet: each `notify` job of the fleet's own bears
// a seal over all that it says, made with a secret that lies outside the queue's keys.
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";

/** As long as failed jobs are kept: until then a person may try one again. */
const OLD_JOBS_SECONDS = 30 * 86_400;

export interface Seal {
  /** Over all that a job says, 64 hexadecimal digits. */
  over(job: object): Promise<string>;
  /** What makes two jobs one. Whoever knows a mail's key does not know it, so nobody can put a job there before. */
  idFor(key: string): Promise<string>;
  /** Whether the fleet made this job: it bears its seal, or was in the queue before there were seals. */
  isOurs(job: { seal?: string | undefined }): Promise<boolean>;
  /**
   * To be called when a process starts: what lies in the queue of a fleet that ran before there were seals is its own.
   * It happens once in the life of a fleet. `findJobs`: the data of all jobs in the queue.
   */
  adopt(findJobs: () => Promise<unknown[]>, now: Date): Promise<void>;
}

/**
 * The secret is read anew each time, so that a Redis that was emptied or restored cannot split the fleet in two: a job
 * whose seal is of another secret counts as somebody else's.
 */
export function sealOf(redis: RedisClient, keys: Pick<Keys, "seal" | "unsealed" | "byAcceptance" | "accounts">): Seal {
  async function secret(): Promise<string> {
    const kept = await redis.hget(keys.seal, "secret");
    if (kept !== null) return kept;
    await redis.hsetnx(keys.seal, "secret", randomBytes(32).toString("hex"));
    return secret();
  }

  const over = async ({ seal: _seal, ...job }: { seal?: string | undefined }): Promise<string> =>
    digestOf("job", await secret(), job);

  return {
    over,
    idFor: async (key) => digestOf("key", await secret(), { key }),
    async isOurs(job) {
      if (job.seal !== undefined) return isSame(job.seal, await over(job));
      return (await redis.sismember(keys.unsealed, digestOf("unsealed", "", job))) === 1;
    },
    async adopt(findJobs, now) {
      if ((await redis.hexists(keys.seal, "since")) === 1) return;
      const ranBefore = (await redis.exists(keys.byAcceptance)) + (await redis.exists(keys.accounts)) > 0;
      const jobs = ranBefore ? await findJobs() : [];
      const old = jobs.flatMap((data) => (isObject(data) ? [digestOf("unsealed", "", data)] : []));
      for (let i = 0; i < old.length; i += 1_000) await redis.sadd(keys.unsealed, ...old.slice(i, i + 1_000));
      if (old.length > 0) await redis.expire(keys.unsealed, OLD_JOBS_SECONDS);
      // Last: a crash in between does it once more, and nothing that waits is lost.
      await redis.hsetnx(keys.seal, "since", now.toISOString());
    },
  };
}

function digestOf(what: string, secret: string, data: object): string {
  return createHmac("sha256", secret)
    .update(`${what} ${sorted(data)}`)
    .digest("hex");
}

/** JSON in which the order of fields does not matter: Redis, BullMQ and schemas each have their own. */
function sorted(data: object): string {
  return JSON.stringify(data, (_name, value: unknown) =>
    isObject(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value,
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSame(given: string, expected: string): boolean {
  return given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected));
}
