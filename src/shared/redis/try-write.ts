// Whether Redis does its work now: one small write, since a Redis that only answers may refuse all of them.
import type { RedisClient } from "./client.ts";
import { type Explained, explainTrouble } from "./connection/words.ts";
import type { Keys } from "./keys.ts";

const ANSWERS_MS = 1_000;
const KEPT_MS = 60_000;

/** Undefined where a write came back within a second; else why not, in words. Never throws. */
export async function tryWrite(redis: RedisClient, { tried }: Pick<Keys, "tried">): Promise<Explained | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("Command timed out")), ANSWERS_MS);
  });
  try {
    await Promise.race([redis.set(tried, process.pid, "PX", KEPT_MS), late]);
    return undefined;
  } catch (error) {
    return explainTrouble(error);
  } finally {
    clearTimeout(timer);
  }
}
