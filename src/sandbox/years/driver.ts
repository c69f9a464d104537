// Turns the sandbox's clock from event to event: waits until the fleet is idle, goes to what comes next, and enqueues
// what is due.

import { setTimeout as pause } from "node:timers/promises";
import type { Clock } from "../../shared/base/clock.ts";
import type { Queues } from "../../shared/queue/queues.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import type { Keys } from "../../shared/redis/keys.ts";
import { setVirtualTime } from "../../shared/redis/virtual-clock.ts";
import type { SandboxEnom } from "../enom/server.ts";

export interface Driven {
  redis: RedisClient;
  keys: Keys;
  queues: Queues;
  enom: Pick<SandboxEnom, "nextEvent">;
  /** The virtual clock of `keys.clock`, by which all of them live. */
  clock: Clock;
  /** Ends the drive. */
  signal: AbortSignal;
}

/** How long something may stay due although it is enqueued. */
const STUCK_MS = 30_000;
const LOOK_MS = 5;

/**
 * Lives until `end` (undefined: not known yet), looking (`seen`) whenever the fleet is idle; then it is `end`, and the
 * fleet is idle.
 * @throws Error something stays due, however often it is enqueued; or nothing comes any more, and no end is known
 */
export async function liveUntil(end: () => Date | undefined, driven: Driven, seen: () => Promise<void>): Promise<void> {
  const { clock } = driven;
  let moved = performance.now();
  for (;;) {
    await untilIdle(driven);
    await seen();
    const last = end();
    if (last && clock.now() >= last) return;
    const next = await findNextEvent(driven);
    const at = last && (!next || next > last) ? last : next;
    if (!at) throw new Error("nothing is due, and nothing was bought");
    if (at >= clock.now()) {
      await turnTo(new Date(at.getTime() + 1), driven);
      moved = performance.now();
    } else if (performance.now() - moved > STUCK_MS) {
      throw new Error(`the fleet does not do what is due since ${at.toISOString()}`);
    }
    await ringDue(driven);
  }
}

/** Resolves when no job runs or waits for a worker; those that wait for their time do not count. */
async function untilIdle({ queues, signal }: Pick<Driven, "queues" | "signal">): Promise<void> {
  const { open, reissue, notify } = queues.all;
  // Twice: between two questions a job may put one into another queue and end.
  for (let calm = 0; calm < 2; await pause(LOOK_MS, undefined, { signal })) {
    const counts = await Promise.all(
      [reissue, open, notify].map((queue) => queue.getJobCounts("active", "waiting", "prioritized")),
    );
    calm = counts.every((count) => Object.values(count).every((jobs) => jobs === 0)) ? calm + 1 : 0;
  }
}

/** It is `at`, here at least; the other processes are told by the same message. */
async function turnTo(at: Date, { redis, keys, clock, signal }: Driven): Promise<void> {
  await setVirtualTime(redis, keys.clock, at);
  while (clock.now() < at) await pause(1, undefined, { signal });
}

/** The earliest of: what the policy has due, what an order or a reissue waits for, and what happens at eNom. */
async function findNextEvent({ redis, keys, enom }: Driven): Promise<Date | undefined> {
  const indexes = [keys.due, keys.unfinished("open"), keys.unfinished("reissue")];
  const first = await Promise.all(indexes.map((index) => redis.zrange(index, 0, "0", "WITHSCORES")));
  const times = first.flatMap(([, score]) => (score === undefined ? [] : [Number(score)]));
  const atEnom = enom.nextEvent();
  if (atEnom) times.push(atEnom.getTime());
  return times.length === 0 ? undefined : new Date(Math.min(...times));
}

async function ringDue({ redis, keys, queues, clock }: Driven): Promise<void> {
  const due = (index: string): Promise<string[]> => redis.zrangebyscore(index, "-inf", clock.now().getTime());
  if ((await due(keys.due)).length > 0) await queues.enqueue("reissue", { sweep: true });
  for (const queue of ["open", "reissue"] as const) {
    for (const reference of await due(keys.unfinished(queue))) await queues.enqueue(queue, { reference });
  }
}
