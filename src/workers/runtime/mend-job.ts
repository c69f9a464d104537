// A job whose own fields of BullMQ's are no JSON is handed to nobody: BullMQ fails to read it, and gives it out again after
// each lock. It is mended to a job without options, so that its data decides; and what failed before an upgrade is scrubbed.

import type { Log } from "../../shared/base/log.ts";
import type { JobName } from "../../shared/queue/jobs.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import type { Keys } from "../../shared/redis/keys.ts";
import { scrubJob } from "./scrub-job.ts";

/** What BullMQ parses before it makes a job of a hash, and what stands for it where it cannot. */
const FIELDS = { opts: "{}", progress: "0", parent: null } as const;
const PAGE = 200;

export interface MendNeeds {
  redis: RedisClient;
  keys: Pick<Keys, "ofQueue">;
  log: Log;
}

/** To be called when a job comes back without an end: rarely, and seldom for this reason. */
export async function mendFields(queue: JobName, job: string, { redis, keys, log }: MendNeeds): Promise<void> {
  const key = keys.ofQueue(queue, job);
  const names = Object.keys(FIELDS) as (keyof typeof FIELDS)[];
  const texts = await redis.hmget(key, ...names);
  const broken = names.filter((_name, i) => !isJson(texts[i]));
  for (const name of broken) {
    const instead = FIELDS[name];
    if (instead === null) await redis.hdel(key, name);
    else await redis.hset(key, name, instead);
  }
  if (broken.length > 0) log.warn({ event: "job.mended", queue, job, fields: broken });
}

function isJson(text: string | null | undefined): boolean {
  if (text === null || text === undefined || text === "") return true;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Takes secrets out of jobs that failed before, under a version that left them there, or while no worker could. Once a
 * start; the failed jobs of a queue are 10,000 at most, but for other producers' own.
 */
export async function scrubFailed(queue: JobName, { redis, keys, log }: MendNeeds): Promise<void> {
  for (let from = 0; ; from += PAGE) {
    const ids = await redis.zrange(keys.ofQueue(queue, "failed"), `${from}`, `${from + PAGE - 1}`);
    for (const job of ids) {
      const places = await scrubJob({ redis, key: keys.ofQueue(queue, job) }, { byName: true });
      if (places.length > 0) log.warn({ event: "job.scrubbed", queue, job, places });
    }
    if (ids.length < PAGE) return;
  }
}
