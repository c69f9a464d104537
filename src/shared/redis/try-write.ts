// Whether Redis does its work now: one small write, since a Redis that only answers may refuse all of them.

import { withDeadline } from "../base/time/deadline.ts";
import type { RedisClient } from "./client.ts";
import { type Explained, explainTrouble } from "./connection/words.ts";
import type { Keys } from "./keys.ts";

const ANSWERS_MS = 1_000;
const KEPT_MS = 60_000;

/** Undefined where a write came back in time (a second); else why not, in words. Never throws. */
export async function tryWrite(
  redis: RedisClient,
  { tried }: Pick<Keys, "tried">,
  answersMs = ANSWERS_MS,
): Promise<Explained | undefined> {
  try {
    await withDeadline<unknown, never>(redis.set(tried, process.pid, "PX", KEPT_MS), answersMs, () => {
      throw new Error("Command timed out");
    });
    return undefined;
  } catch (error) {
    return explainTrouble(error);
  }
}
