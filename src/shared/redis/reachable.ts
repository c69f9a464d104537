// What waits for Redis at a stop. Its commands are kept until Redis is back, which may be never.
import type { RedisClient } from "./client.ts";

const LOOK_MS = 100;
/** A connection that broke is mostly back sooner. */
const AWAY_MS = 1_000;

/** Ends with `work`, or as soon as Redis has been away for a second. Answers whether the work ended. @throws what it throws */
export async function whileReachable(redis: Pick<RedisClient, "status">, work: Promise<unknown>): Promise<boolean> {
  const away = Promise.withResolvers<false>();
  let awayMs = 0;
  const timer = setInterval(() => {
    awayMs = redis.status === "ready" ? 0 : awayMs + LOOK_MS;
    if (awayMs >= AWAY_MS) away.resolve(false);
  }, LOOK_MS);
  try {
    return await Promise.race([work.then(() => true), away.promise]);
  } finally {
    clearInterval(timer);
  }
}
