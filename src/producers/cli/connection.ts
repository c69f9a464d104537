// Connects a verb to Redis for as long as it runs, and turns a Redis that does not respond into "try later".

import type { Clock } from "../../shared/base/clock.ts";
import { Refused } from "../../shared/base/errors.ts";
import { readSettings } from "../../shared/base/read-settings.ts";
import { commonSettings } from "../../shared/config/settings.ts";
import { findNewer } from "../../shared/process/data-format.ts";
import { checkRedisAccess } from "../../shared/redis/access.ts";
import { shownRedis } from "../../shared/redis/address.ts";
import { connectRedis, type RedisClient, untilReady } from "../../shared/redis/client.ts";
import { isRedisTrouble } from "../../shared/redis/connection/trouble.ts";
import { RedisUnusable } from "../../shared/redis/connection/words.ts";
import { fleetClock } from "../../shared/redis/fleet-clock.ts";
import { type Keys, keysUnder } from "../../shared/redis/keys.ts";
import { type ProgramContext, withRedisUrl } from "./own-redis.ts";

/** A person waits: a Redis that takes longer does not respond. */
const CONNECT_MS = 2_000;

export interface Connection {
  redis: RedisClient;
  keys: Keys;
  /** Where Redis is, without login. */
  address: string;
  /** The fleet's time: what a person at another machine does is noted by it, too. */
  clock: Clock;
}

/** @throws Unavailable when Redis cannot be reached, or is lost on the way */
export async function withRedis<T>(context: ProgramContext, work: (connection: Connection) => Promise<T>): Promise<T> {
  const env = withRedisUrl(context);
  const settings = readSettings(commonSettings, env);
  checkRedisAccess(settings, env);
  const { REDIS_URL, CERTFLEET_PREFIX } = settings;
  const address = shownRedis(REDIS_URL);
  let trouble: Error | undefined;
  const redis = connectRedis(settings, "once", (error) => {
    trouble = error;
  });
  try {
    await untilReady(redis, CONNECT_MS);
    const keys = keysUnder(CERTFLEET_PREFIX);
    const newer = await findNewer({ redis, keys });
    if (newer !== null) throw new Refused(newer);
    const clock = await fleetClock({ redis, keys }, { everyMs: 0 });
    return await work({ redis, keys, address, clock });
  } catch (error) {
    if (error instanceof Refused) throw error;
    if (redis.status === "ready" && !isRedisTrouble(error)) throw error;
    const cause = error instanceof RedisUnusable ? error.cause : isRedisTrouble(error) ? error : trouble;
    throw new RedisUnusable(`Redis at ${address}`, cause);
  } finally {
    redis.disconnect();
  }
}
