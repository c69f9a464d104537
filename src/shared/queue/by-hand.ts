// A note that a person takes an order step by step (`account probe --buy`): the workers of orders leave it alone meanwhile.
// It ends with the process that keeps it, a little later: then the fleet goes on with the order as with any other.
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";

interface Where {
  redis: RedisClient;
  keys: Keys;
}

const LASTS_SECONDS = 120;
const AGAIN_MS = 30_000;

/**
 * Keeps the note until `end`, or for two minutes behind a crash. False where somebody else holds it.
 * @throws what Redis throws
 */
export async function takeByHand(
  { redis, keys }: Where,
  reference: string,
): Promise<{ end: () => Promise<void> } | false> {
  const key = keys.byHand(reference);
  if ((await redis.set(key, "1", "EX", LASTS_SECONDS, "NX")) === null) return false;
  const timer = setInterval(() => void redis.expire(key, LASTS_SECONDS).catch(() => undefined), AGAIN_MS);
  timer.unref();
  return {
    async end() {
      clearInterval(timer);
      await redis.del(key);
    },
  };
}

export async function isByHand({ redis, keys }: Where, reference: string): Promise<boolean> {
  return (await redis.exists(keys.byHand(reference))) === 1;
}

/** What a worker answers then: whoever ends the note rings for the order. */
export const BY_HAND = { waitSeconds: 30, because: "A person takes this order step by step: certfleet account probe." };
