// How work flows, for Prometheus and for whoever starts more workers: how long the oldest due work has been waiting.

import type { Queue } from "bullmq";
import { z } from "zod";
import { realTime } from "../../../shared/base/clock.ts";
import type { Sheet } from "../../../shared/metrics/exposition.ts";
import { readProcesses } from "../../../shared/process/processes.ts";
import { ACTIVE } from "../../../shared/queue/bullmq/keys.ts";
import { type JobName, queueNames } from "../../../shared/queue/jobs.ts";
import { findDueJobs } from "../../waiting/due-jobs.ts";
import type { GatewayNeeds } from "../needs.ts";

/** Work that has been due for longer is overdue. */
const OVERDUE_MS = 60_000;

export async function flowMetrics(values: Sheet, needs: GatewayNeeds): Promise<void> {
  const { redis, keys } = needs;
  const [processes, sweep, hooks] = await Promise.all([
    readProcesses({ redis, keys }),
    redis.get(keys.lastSweep),
    redis.zcard(keys.hooks),
  ]);
  values.set("certfleet_last_sweep_timestamp_seconds", {}, Number(sweep ?? 0) / 1_000);
  await Promise.all(
    queueNames.map(async (queue) => {
      const alive = processes.filter(({ isAlive, parts }) => isAlive && parts.includes(queue));
      // Without an endpoint nobody needs a worker of webhooks, and no alarm shall say that one is missing.
      if (queue !== "webhook" || alive.length > 0 || hooks > 0)
        values.set("certfleet_workers_alive", { queue }, alive.length);
      const { waitingMs, overdue } = await findWork(queue, needs);
      values.set("certfleet_queue_oldest_due_seconds", { queue }, waitingMs / 1_000);
      values.set("certfleet_orders_overdue", { queue }, overdue);
    }),
  );
}

/**
 * Orders count by themselves, whether they have jobs or not; mails and readings of balances by their jobs. The oldest may be
 * either, since other systems put whole orders into a queue. Jobs live by the real time.
 */
async function findWork(queue: JobName, needs: GatewayNeeds): Promise<{ waitingMs: number; overdue: number }> {
  const { redis, keys, clock } = needs;
  const jobsNow = realTime(clock).now().getTime();
  const due = await findDueJobs(queue, { now: jobsNow, overdueAt: jobsNow - OVERDUE_MS }, { redis, keys });
  const waitingMs = Math.max(0, jobsNow - due.oldestAt);
  if (queue !== "open" && queue !== "reissue") return { waitingMs, overdue: due.overdue };
  const now = clock.now().getTime();
  const [oldest, overdue] = await Promise.all([
    oldestOrderMs(queue, now, needs),
    redis.zcount(keys.unfinished(queue), "-inf", now - OVERDUE_MS),
  ]);
  return { waitingMs: Math.max(waitingMs, oldest), overdue };
}

/** By the orders themselves, whether they have jobs or not; what a worker has in hand is begun. */
async function oldestOrderMs(
  queue: "open" | "reissue",
  now: number,
  { redis, keys, queues }: GatewayNeeds,
): Promise<number> {
  const active = await redis.lrange(queues.all[queue].toKey(ACTIVE), 0, -1);
  const begun = new Set(await ordersOf(queues.all[queue], active, { redis }));
  const flat = await redis.zrange(
    keys.unfinished(queue),
    ...(["-inf", `${now}`, "BYSCORE", "LIMIT", 0, active.length + 1, "WITHSCORES"] as const),
  );
  for (let i = 0; i < flat.length; i += 2) if (!begun.has(flat[i] ?? "")) return Math.max(0, now - Number(flat[i + 1]));
  return 0;
}

/** Of which orders the jobs are; one that cannot be read is of none. */
async function ordersOf(
  queue: Queue,
  ids: readonly string[],
  { redis }: Pick<GatewayNeeds, "redis">,
): Promise<string[]> {
  const reading = redis.pipeline();
  for (const id of ids) reading.hget(queue.toKey(id), "data");
  const answers = (await reading.exec()) ?? [];
  return answers.flatMap(([, data]) => about.safeParse(fromJson(data as string | null)).data?.reference ?? []);
}

const about = z.object({ reference: z.string() });

function fromJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}
