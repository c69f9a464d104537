// Work that comes again and again, and that one process of several does at a time.
import type { RedisClient } from "../redis/client.ts";

export interface Repeated {
  /** Begins no further one and resolves when the running one has ended. */
  stop: () => Promise<void>;
}

/** One after the other: a turn that takes longer than `everyMs` is not joined by a second. */
export function repeat(turn: () => Promise<unknown>, everyMs: number, onError: (error: unknown) => void): Repeated {
  let running: Promise<unknown> | undefined;
  const timer = setInterval(() => {
    running ??= turn()
      .catch(onError)
      .finally(() => {
        running = undefined;
      });
  }, everyMs);
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}

/** `turn`, where no other process has begun one within the last `everyMs`; the key ends a little earlier than that. */
export function oneOfAll(
  turn: () => Promise<unknown>,
  { redis, key, everyMs }: { redis: RedisClient; key: string; everyMs: number },
): () => Promise<void> {
  const mineMs = Math.max(1, Math.round(everyMs * 0.9));
  return async () => {
    if (await takeTurn(redis, { key, who: `${process.pid}`, ms: mineMs })) await turn();
  };
}

/**
 * Whether nobody had it within the last `ms`, by Redis' clock. A turn that seems to last longer was taken before that
 * clock was put back: it lasts no longer than a new one.
 */
export async function takeTurn(
  redis: RedisClient,
  { key, who, ms }: { key: string; who: string; ms: number },
): Promise<boolean> {
  if ((await redis.set(key, who, "PX", ms, "NX")) !== null) return true;
  if ((await redis.pttl(key)) > ms) await redis.pexpire(key, ms);
  return false;
}
