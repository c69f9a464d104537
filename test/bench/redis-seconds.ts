// The processor time that a Redis has used so far, as it tells itself.
import type { RedisClient } from "../../src/shared/redis/client.ts";

export async function redisSeconds(redis: RedisClient): Promise<number> {
  const told = await redis.info("cpu");
  return ["used_cpu_sys", "used_cpu_user"]
    .map((name) => Number(new RegExp(`^${name}:([\\d.]+)`, "m").exec(told)?.[1]))
    .reduce((sum, each) => sum + each);
}
