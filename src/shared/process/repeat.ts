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
    if ((await redis.set(key, process.pid, "PX", mineMs, "NX")) !== null) await turn();
  };
}
