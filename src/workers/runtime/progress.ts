// Watches whether a worker takes what waits. BullMQ's `isRunning` stays true when its loop waits for ever, which has
// happened after losses of Redis: only progress tells.

import type { Log } from "../../shared/base/log.ts";
import { LIMITER, META, PRIORITIZED, WAIT } from "../../shared/queue/bullmq/keys.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import type { Keys } from "../../shared/redis/keys.ts";
import type { Hands } from "./hands.ts";

const LOOK_MS = 5_000;
/** With a free hand a job is taken at once, and within seconds after Redis came back. */
const FREE_MS = 60_000;
/** Every hand busy: the longest conversation, with a silent mail server, takes ten minutes. */
const BUSY_MS = 1_200_000;

export interface ProgressNeeds {
  queue: string;
  redis: RedisClient;
  keys: Pick<Keys, "ofQueue">;
  log: Log;
  hands: Pick<Hands, "count" | "movedAt">;
  /** How many jobs may be in hand at least. */
  concurrency: number;
}

export interface Progress {
  /** Why the worker takes nothing, in words; null: it works, or has nothing to do. */
  whyStuck: () => string | null;
  stop: () => void;
}

/** Looks every five seconds; while Redis is away, or the queue is stopped by somebody, nothing is said. */
export function watchProgress(needs: ProgressNeeds, everyMs = LOOK_MS): Progress {
  const { queue, log, hands, concurrency } = needs;
  let waitsSince: number | undefined;
  let isTold = false;
  const whyStuck = (): string | null => {
    if (waitsSince === undefined) return null;
    const stillMs = performance.now() - Math.max(waitsSince, hands.movedAt());
    if (stillMs < (hands.count() < concurrency ? FREE_MS : BUSY_MS)) return null;
    return `jobs of ${queue} wait, and none was taken or ended for ${Math.round(stillMs / 1_000)} s`;
  };
  let looking = false;
  const look = async (): Promise<void> => {
    if (looking) return; // Redis does not answer: nothing is known
    looking = true;
    try {
      if (await isWorkWaiting(needs)) waitsSince ??= performance.now();
      else waitsSince = undefined;
    } catch {
      waitsSince = undefined;
    } finally {
      looking = false;
    }
    const why = whyStuck();
    if (why !== null && !isTold) log.error({ event: "worker.stuck", queue, why });
    isTold = why !== null;
  };
  const timer = setInterval(() => {
    if (needs.redis.status === "ready") void look();
    else waitsSince = undefined;
  }, everyMs);
  return { whyStuck, stop: () => clearInterval(timer) };
}

/** Jobs that a worker may take now: the queue is neither paused nor limited. */
async function isWorkWaiting({ queue, redis, keys }: ProgressNeeds): Promise<boolean> {
  const [waiting, placed, stopped, limitedMs] = await Promise.all([
    redis.llen(keys.ofQueue(queue, WAIT)),
    redis.zcard(keys.ofQueue(queue, PRIORITIZED)),
    redis.hmget(keys.ofQueue(queue, META), "paused", "concurrency", "max"),
    redis.pttl(keys.ofQueue(queue, LIMITER)),
  ]);
  return waiting + placed > 0 && limitedMs <= 0 && stopped.every((each) => each === null);
}
