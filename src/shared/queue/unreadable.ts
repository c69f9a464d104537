// How many jobs were refused because nobody could read them (no JSON, another version): for metrics and `doctor`.

import { z } from "zod";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { type JobName, queueNames } from "./jobs.ts";

interface Needs {
  redis: RedisClient;
  keys: Pick<Keys, "unreadable">;
}

const counted = z.object({
  count: z.coerce.number().int(),
  job: z.string(),
  why: z.string(),
  at: z.iso.datetime(),
});

/** Of one queue: how many ever, and the newest. */
export interface Unreadable extends z.infer<typeof counted> {
  queue: JobName;
}

export async function countUnreadable(
  queue: JobName,
  { job, why, at }: { job: string; why: string; at: Date },
  { redis, keys }: Needs,
): Promise<void> {
  const key = keys.unreadable(queue);
  await redis.hincrby(key, "count", 1);
  await redis.hset(key, { job, why, at: at.toISOString() });
}

/** Of queues that had any. */
export async function findUnreadable({ redis, keys }: Needs): Promise<Unreadable[]> {
  const all = await Promise.all(
    queueNames.map(async (queue) => ({ queue, read: counted.safeParse(await redis.hgetall(keys.unreadable(queue))) })),
  );
  return all.flatMap(({ queue, read }) => (read.success ? [{ queue, ...read.data }] : []));
}
