// Enqueues every unfinished order that is due and has no live job: a lost job loses nothing.

import { type Clock, canBeTurned } from "../../shared/base/clock.ts";
import type { Log } from "../../shared/base/log.ts";
import { oneOfAll, type Repeated, repeat } from "../../shared/process/repeat.ts";
import type { Enqueue } from "../../shared/queue/queues.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import type { Keys } from "../../shared/redis/keys.ts";
import { callMisdatedOrders } from "./misdated/misdated.ts";

export interface SweeperNeeds {
  redis: RedisClient;
  keys: Keys;
  enqueue: Enqueue;
  clock: Clock;
  log: Log;
}

const EVERY_MS = 5_000;
/** A due order's own delayed job comes first; the sweeper only minds those that stay due. */
const GRACE_MS = 1_000;
const BATCH = 500;

/** One sweep. Answers how many orders it enqueued; for an order with a live job the queue ignores it. */
export async function sweep(
  queue: "open" | "reissue",
  { redis, keys, enqueue, clock, log }: SweeperNeeds,
): Promise<number> {
  const due = clock.now().getTime() - GRACE_MS;
  // A clock that is turned on reaches one process a little later than another.
  if (!canBeTurned(clock)) await callMisdatedOrders({ redis, keys, clock, log }, due);
  // Read at once: what is enqueued leaves the index meanwhile, and whoever counts pages in it would pass over the rest.
  const references = await redis.zrange(keys.unfinished(queue), "-inf", `${due}`, "BYSCORE");
  for (let from = 0; from < references.length; from += BATCH)
    await Promise.all(references.slice(from, from + BATCH).map((reference) => enqueue(queue, { reference })));
  const count = references.length;
  if (count > 0) log.debug({ event: "sweep.rang", queue, count });
  return count;
}

/** Sweeps every five seconds, one process of the queue's at a time. */
export function startSweeper(queue: "open" | "reissue", needs: SweeperNeeds, everyMs = EVERY_MS): Repeated {
  const { redis, keys, log } = needs;
  const turn = oneOfAll(() => sweep(queue, needs), { redis, key: keys.sweeper(queue), everyMs });
  return repeat(turn, everyMs, (err) => log.warn({ event: "sweep.failed", queue, err }));
}
