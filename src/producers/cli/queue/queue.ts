// `queue list`, `pause` and `resume`: what holds up a queue, and an end to it.

import type { Result } from "../../../shared/base/result.ts";
import { LIMITER } from "../../../shared/queue/bullmq/keys.ts";
import { type JobName, queueNames } from "../../../shared/queue/jobs.ts";
import type { Queues } from "../../../shared/queue/queues.ts";
import { findStandingFindings } from "../../../shared/standing/findings.ts";
import { type Column, listed } from "../columns.ts";
import type { Connection } from "../connection.ts";
import { table } from "../table.ts";

type All = Queues["all"];

const COLUMNS: readonly Column<QueueShown>[] = [
  { name: "queue", of: ({ name }) => name },
  { name: "waiting", of: ({ waiting }) => waiting },
  { name: "active", of: ({ active }) => active },
  { name: "delayed", of: ({ delayed }) => delayed },
  { name: "failed", of: ({ failed }) => failed },
  { name: "state", of: ({ held }) => (held.length === 0 ? "works" : held.join(" ")) },
];

interface QueueShown {
  name: JobName;
  waiting: number;
  active: number;
  delayed: number;
  failed: number;
  held: string[];
}

type Place = Pick<Connection, "redis" | "keys">;

export async function findQueues(queues: All, connection: Place): Promise<QueueShown[]> {
  const findings = await findStandingFindings(connection);
  return Promise.all(
    queueNames.map(async (name) => {
      const counts = await queues[name].getJobCounts("waiting", "active", "delayed", "failed");
      const { waiting = 0, active = 0, delayed = 0, failed = 0 } = counts;
      const held = findings.filter(({ about }) => about.split("/")[0] === name).map(({ message }) => message);
      return { name, waiting, active, delayed, failed, held };
    }),
  );
}

export function queuesResult(all: readonly QueueShown[]): Result {
  const rows = all.map(({ name, waiting, active, delayed, failed, held }) => [
    ...[name, `${waiting}`, `${active}`, `${delayed}`, `${failed}`],
    held.length === 0 ? "works" : held.join(" "),
  ]);
  const text = table(["QUEUE", "WAITING", "ACTIVE", "DELAYED", "FAILED", "STATE"], rows);
  return { ending: "done", text, json: { queues: all }, listed: listed(COLUMNS, all) };
}

/** Told by log, dashboard, `doctor` and mail, as whatever stands still is. */
export async function pauseQueue(name: JobName, queues: All, _place?: Place): Promise<Result> {
  const queue = queues[name];
  await queue.pause();
  return pausedResult(name, await queue.getActiveCount());
}

export function pausedResult(name: JobName, active: number): Result {
  const running = active === 0 ? "No job of it runs." : `${active} of its jobs still ${active === 1 ? "runs" : "run"}.`;
  const text = `The queue ${name} is paused. ${running} To let it go on: certfleet queue resume ${name}`;
  return { ending: "done", text, json: { queue: name, paused: true, active } };
}

export async function resumeQueue(name: JobName, queues: All, { redis, keys }: Place): Promise<Result> {
  const queue = queues[name];
  await queue.removeGlobalConcurrency();
  await queue.removeGlobalRateLimit();
  await redis.del(keys.ofQueue(name, LIMITER));
  await queue.resume();
  return resumedResult(name);
}

export function resumedResult(name: JobName): Result {
  const text = `The queue ${name} is neither paused nor limited. Its jobs go on within seconds.`;
  return { ending: "done", text, json: { queue: name, paused: false } };
}
