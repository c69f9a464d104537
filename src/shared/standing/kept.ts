// What must be there for the fleet to work: its queues, and the job schedulers that ask for sweeps and balances.
// Gateways and workers put them (`shared/schedules`) and note them here, so that every process can tell what somebody took away.

import { z } from "zod";
import { type Clock, realTime } from "../base/clock.ts";
import { META, REPEAT } from "../queue/bullmq/keys.ts";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";

/** As in `shared/queue/jobs.ts`, which this room may not know; a test holds them together. */
export const watchedQueues = ["open", "reissue", "notify", "balance-poll", "webhook"] as const;
export type QueueName = (typeof watchedQueues)[number];

export interface KeptNeeds {
  redis: RedisClient;
  keys: Keys;
  /** With it, a next run that lies too far in the future is found. */
  clock?: Clock;
}

/** A queue as such, or a job scheduler of it. */
export interface Kept {
  queue: QueueName;
  /** Null: the queue itself. */
  scheduler: string | null;
}

const note = z.object({
  /** How a scheduler was put, as text; null of a queue. */
  put: z.string().nullable(),
  /** When a process last found it gone or changed, and put it back. */
  restoredAt: z.string().nullable().default(null),
  /** Whose interval it is (`shared/schedules/interval.ts`); absent in notes of earlier versions, which the gateway wrote. */
  by: z.enum(["gateway", "worker"]).optional(),
  /** When it was put for the first time. */
  since: z.string().optional(),
});
export type KeptNote = z.infer<typeof note>;

/** What of a scheduler must stay as it was put: milliseconds between two runs, and the data of its jobs. */
export function putText(everyMs: number, data: object): string {
  return `${everyMs} ${JSON.stringify(data)}`;
}

/** A field of ours in the hash that BullMQ keeps of a queue: it goes when somebody obliterates the queue. */
const MARK = "certfleet";

/** How a scheduler or a queue is called for people, and in `keys.kept`. */
export function keptName({ queue, scheduler }: Kept): string {
  return scheduler === null ? queue : `${queue}/${scheduler}`;
}

export async function findKept({ redis, keys }: KeptNeeds): Promise<(Kept & KeptNote)[]> {
  const all = await redis.hgetall(keys.kept);
  return Object.entries(all).map(([name, text]) => {
    const [queue = "", scheduler] = name.split(/\/(.*)/s);
    return { queue: queue as QueueName, scheduler: scheduler ?? null, ...note.parse(JSON.parse(text)) };
  });
}

export async function findNote(kept: Kept, { redis, keys }: KeptNeeds): Promise<KeptNote | undefined> {
  const text = await redis.hget(keys.kept, keptName(kept));
  return text ? note.parse(JSON.parse(text)) : undefined;
}

export async function noteKept(kept: Kept, noted: KeptNote, { redis, keys }: KeptNeeds): Promise<void> {
  await redis.hset(keys.kept, keptName(kept), JSON.stringify(noted));
}

export async function forgetKept(kept: Kept, { redis, keys }: KeptNeeds): Promise<void> {
  await redis.hdel(keys.kept, keptName(kept));
}

/** Says that the queue is there, as it was left. */
export async function markQueue(queue: QueueName, { redis, keys }: KeptNeeds): Promise<void> {
  await redis.hset(keys.ofQueue(queue, META), MARK, "1");
}

/**
 * What is wrong with it: it is gone, somebody changed it, its next run is gone, and with that all later ones, or the next
 * run was planned by a clock that was ahead.
 */
export type Loss = "gone" | "changed" | "idle" | "late";
/** Clocks differ by a little. */
const LATE_MS = 5_000;

/** Undefined where all is as it was put. */
export async function findLoss(
  { queue, scheduler }: Kept,
  put: string | null,
  { redis, keys, clock }: KeptNeeds,
): Promise<Loss | undefined> {
  if (scheduler === null) return (await redis.hexists(keys.ofQueue(queue, META), MARK)) === 1 ? undefined : "gone";
  const [next, [every, data, ...ends]] = await Promise.all([
    redis.zscore(keys.ofQueue(queue, REPEAT), scheduler),
    redis.hmget(keys.ofQueue(queue, REPEAT, scheduler), "every", "data", "pattern", "limit", "endDate"),
  ]);
  if (next === null) return "gone";
  if (`${every} ${data}` !== put || ends.some((each) => each !== null)) return "changed";
  // The next run is a job that is put in when the one before begins.
  const [timestamp, finishedOn] = await redis.hmget(
    keys.ofQueue(queue, REPEAT, scheduler, next),
    "timestamp",
    "finishedOn",
  );
  if (timestamp === null || finishedOn !== null) return "idle";
  const isLate = clock && Number(next) > realTime(clock).now().getTime() + Number(every) + LATE_MS;
  return isLate ? "late" : undefined;
}
