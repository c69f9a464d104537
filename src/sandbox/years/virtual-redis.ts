// An emptied Redis whose clock stands still until it is turned on, and the queues of a prefix in it.
import type { Lifecycle } from "../../shared/base/lifecycle.ts";
import { openQueues } from "../../shared/queue/queues.ts";
import { connectRedis } from "../../shared/redis/client.ts";
import { keysUnder } from "../../shared/redis/keys.ts";
import { setVirtualTime, virtualClock } from "../../shared/redis/virtual-clock.ts";

export interface VirtualRedis {
  url: string;
  prefix: string;
  begin: Date;
}

/** Whatever lies in it is gone. All that is opened is added to `life`. */
export async function openVirtualRedis(
  { url, prefix, begin }: VirtualRedis,
  { life, say }: { life: Pick<Lifecycle, "add">; say: (line: string) => void },
) {
  const onError = (error: Error): void => say(`Redis: ${error.message}`);
  const redis = connectRedis(url, "never-give-up", onError);
  life.add("connection", () => redis.disconnect());
  await redis.flushall();

  const keys = keysUnder(prefix);
  await setVirtualTime(redis, keys.clock, begin);
  const clock = await virtualClock({
    redis,
    access: { REDIS_URL: url },
    key: keys.clock,
    news: { trouble: onError },
  });
  life.add("clock", clock.close);
  const queues = openQueues(redis, prefix, onError);
  life.add("queues", queues.close);
  return { redis, keys, clock, queues };
}
