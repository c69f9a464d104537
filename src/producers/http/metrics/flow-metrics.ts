// How work flows, for Prometheus and for whoever starts more workers: how long the oldest due work has been waiting.
import type { Queue } from "bullmq";
import { z } from "zod";
import { systemClock } from "../../../shared/base/clock.ts";
import type { Sheet } from "../../../shared/metrics/exposition.ts";
import { readProcesses } from "../../../shared/process/processes.ts";
import { queueNames } from "../../../shared/queue/jobs.ts";
import type { GatewayNeeds } from "../needs.ts";

/** Work that has been due for longer is overdue. */
const OVERDUE_MS = 60_000;
/** So many jobs are looked at at each end of what waits; with more than twice as many the figure may be too low. */
const LOOKED_AT = 200;

export async function flowMetrics(values: Sheet, needs: GatewayNeeds): Promise<void> {
  const { redis, keys, clock, queues } = needs;
  const [processes, sweep] = await Promise.all([readProcesses({ redis, keys }), redis.get(keys.lastSweep)]);
  values.set("certfleet_last_sweep_timestamp_seconds", {}, Number(sweep ?? 0) / 1_000);
  await Promise.all(
    queueNames.map(async (queue) => {
      const alive = processes.filter(({ isAlive, parts }) => isAlive && parts.includes(queue));
      values.set("certfleet_workers_alive", { queue }, alive.length);
      const now = clock.now().getTime();
      const waitingMs = await oldestJobMs(queues.all[queue], needs);
      const ofOrders = queue === "open" || queue === "reissue" ? await oldestOrderMs(queue, now, needs) : 0;
      values.set("certfleet_queue_oldest_due_seconds", { queue }, Math.max(waitingMs, ofOrders) / 1_000);
      if (queue !== "open" && queue !== "reissue") return;
      const overdue = await redis.zcount(keys.unfinished(queue), "-inf", now - OVERDUE_MS);
      values.set("certfleet_orders_overdue", { queue }, overdue);
    }),
  );
}

/** By the orders themselves, whether they have jobs or not; what a worker has in hand is begun. */
async function oldestOrderMs(
  queue: "open" | "reissue",
  now: number,
  { redis, keys, queues }: GatewayNeeds,
): Promise<number> {
  const active = await redis.lrange(queues.all[queue].toKey("active"), 0, -1);
  const begun = new Set((await readJobs(queues.all[queue], active, { redis })).map(({ reference }) => reference));
  const flat = await redis.zrange(
    keys.unfinished(queue),
    ...(["-inf", `${now}`, "BYSCORE", "LIMIT", 0, active.length + 1, "WITHSCORES"] as const),
  );
  for (let i = 0; i < flat.length; i += 2) if (!begun.has(flat[i] ?? "")) return Math.max(0, now - Number(flat[i + 1]));
  return 0;
}

/** By the queue: jobs that could be begun, and delayed ones whose time is over while no worker lives to see it. */
async function oldestJobMs(queue: Queue, { redis }: GatewayNeeds): Promise<number> {
  const now = systemClock.now().getTime();
  const key = (name: string): string => queue.toKey(name);
  const [bare, paused, first, last, delayed] = await Promise.all([
    redis.lrange(key("wait"), -LOOKED_AT, -1),
    redis.lrange(key("paused"), -LOOKED_AT, -1),
    redis.zrange(key("prioritized"), "0", `${LOOKED_AT - 1}`),
    redis.zrange(key("prioritized"), `${-LOOKED_AT}`, "-1"),
    redis.zrange(key("delayed"), "0", "0", "WITHSCORES"),
  ]);
  const ids = [...new Set([...bare, ...paused, ...first, ...last])];
  const waiting = (await readJobs(queue, ids, { redis })).map(({ dueAt }) => dueAt);
  // BullMQ keeps the time times 4096, with a counter below it.
  const late = delayed[1] === undefined ? [] : [Math.floor(Number(delayed[1]) / 4_096)];
  const oldest = [...waiting, ...late].reduce((soonest, at) => Math.min(soonest, at), now);
  return Math.max(0, now - oldest);
}

const progress = z.object({ until: z.iso.datetime().transform((text) => Date.parse(text)) });

/** `dueAt`: since when a job could be begun, for one that was tried before: since its last try, or until when it was to wait. */
async function readJobs(
  queue: Queue,
  ids: readonly string[],
  { redis }: Pick<GatewayNeeds, "redis">,
): Promise<{ reference: string; dueAt: number }[]> {
  const reading = redis.pipeline();
  for (const id of ids) reading.hmget(queue.toKey(id), "timestamp", "processedOn", "progress", "data");
  const answers = (await reading.exec()) ?? [];
  return answers.flatMap(([error, fields]) => {
    if (error || !Array.isArray(fields) || fields[0] === null) return [];
    const [timestamp, processedOn, waits, data] = fields as (string | null)[];
    const until = progress.safeParse(fromJson(waits ?? null)).data?.until ?? 0;
    const dueAt = Math.max(Number(timestamp ?? 0), Number(processedOn ?? 0), until);
    const { reference } = z.object({ reference: z.string() }).safeParse(fromJson(data ?? null)).data ?? {};
    return [{ reference: reference ?? "", dueAt }];
  });
}

function fromJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}
