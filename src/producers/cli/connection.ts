// Connects a verb to Redis for as long as it runs, and turns a Redis that does not respond into "try later".

import { Refused, Unavailable } from "../../shared/base/errors.ts";
import { readSettings } from "../../shared/base/read-settings.ts";
import { commonSettings } from "../../shared/config/settings.ts";
import { shownRedis } from "../../shared/redis/address.ts";
import { connectRedis, type RedisClient, untilReady } from "../../shared/redis/client.ts";
import { type Keys, keysUnder } from "../../shared/redis/keys.ts";
import { type ProgramContext, withRedisUrl } from "./own-redis.ts";

/** A person waits: a Redis that takes longer does not respond. */
const CONNECT_MS = 2_000;

export interface Connection {
  redis: RedisClient;
  keys: Keys;
  /** Where Redis is, without login. */
  address: string;
}

/** @throws Unavailable when Redis cannot be reached, or is lost on the way */
export async function withRedis<T>(context: ProgramContext, work: (connection: Connection) => Promise<T>): Promise<T> {
  const { REDIS_URL, CERTFLEET_PREFIX } = readSettings(commonSettings, withRedisUrl(context));
  const address = shownRedis(REDIS_URL);
  let trouble = "no answer";
  const redis = connectRedis(REDIS_URL, "fail-fast", (error) => {
    trouble = error.message || trouble;
  });
  try {
    await untilReady(redis, CONNECT_MS);
    return await work({ redis, keys: keysUnder(CERTFLEET_PREFIX), address });
  } catch (error) {
    if (error instanceof Refused) throw error;
    if (redis.status === "ready" && !isTimeout(error)) throw error;
    throw new Unavailable(
      `Redis at ${address} does not respond (${trouble}). Check REDIS_URL, and that Redis is running.`,
      {
        cause: error,
      },
    );
  } finally {
    redis.disconnect();
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === "Command timed out"; // ioredis, commandTimeout
}
