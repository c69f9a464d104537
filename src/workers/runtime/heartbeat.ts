// Says every five seconds that a worker of a queue lives and reaches Redis; health checks and `doctor` read it.

import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { Clock } from "../../shared/base/clock.ts";
import { HOUR_MS } from "../../shared/base/dates.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import type { Keys } from "../../shared/redis/keys.ts";

const EVERY_MS = 5_000;
/** A worker that was killed is forgotten after an hour. */
const FORGET_MS = HOUR_MS;

export function startHeartbeat(
  queue: string,
  { redis, keys, clock, isRunning }: { redis: RedisClient; keys: Keys; clock: Clock; isRunning: () => boolean },
): { stop: () => Promise<void> } {
  const me = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
  const key = keys.heartbeat(queue);
  const beat = async (): Promise<void> => {
    if (!isRunning()) return;
    const now = clock.now().getTime();
    await redis.zadd(key, now, me);
    await redis.zremrangebyscore(key, "-inf", now - FORGET_MS);
  };
  const quietly = () => void beat().catch(() => undefined);
  quietly();
  const timer = setInterval(quietly, EVERY_MS);
  return {
    async stop() {
      clearInterval(timer);
      await redis.zrem(key, me).catch(() => undefined);
    },
  };
}
