// `queue list`, `pause` and `resume`: what holds up a queue, and an end to it.
import type { Result } from "../../../shared/base/result.ts";
import { type JobName, queueNames } from "../../../shared/queue/jobs.ts";
import type { Queues } from "../../../shared/queue/queues.ts";
import { findStandingFindings } from "../../../shared/standing/findings.ts";
import type { Connection } from "../connection.ts";
import { table } from "../table.ts";

type All = Queues["all"];

export async function listQueues(queues: All, connection: Connection): Promise<Result> {
  const findings = await findStandingFindings(connection);
  const all = await Promise.all(
    queueNames.map(async (name) => {
      const counts = await queues[name].getJobCounts("waiting", "active", "delayed", "failed");
      const { waiting = 0, active = 0, delayed = 0, failed = 0 } = counts;
      const held = findings.filter(({ about }) => about.split("/")[0] === name).map(({ message }) => message);
      return { name, waiting, active, delayed, failed, held };
    }),
  );
  const rows = all.map(({ name, waiting, active, delayed, failed, held }) => [
    ...[name, `${waiting}`, `${active}`, `${delayed}`, `${failed}`],
    held.length === 0 ? "works" : held.join(" "),
  ]);
  const text = table(["QUEUE", "WAITING", "ACTIVE", "DELAYED", "FAILED", "STATE"], rows);
  return { ending: "done", text, json: { queues: all } };
}

/** Told by log, dashboard, `doctor` and mail, as whatever stands still is. */
export async function pauseQueue(name: JobName, queues: All): Promise<Result> {
  const queue = queues[name];
  await queue.pause();
  const active = await queue.getActiveCount();
  const running = active === 0 ? "No job of it runs." : `${active} of its jobs still ${active === 1 ? "runs" : "run"}.`;
  const text = `The queue ${name} is paused. ${running} To let it go on: certfleet queue resume ${name}`;
  return { ending: "done", text, json: { queue: name, paused: true, active } };
}

export async function resumeQueue(name: JobName, queues: All, { redis, keys }: Connection): Promise<Result> {
  const queue = queues[name];
  await queue.removeGlobalConcurrency();
  await queue.removeGlobalRateLimit();
  await redis.del(keys.ofQueue(name, "limiter"));
  await queue.resume();
  const text = `The queue ${name} is neither paused nor limited. Its jobs go on within seconds.`;
  return { ending: "done", text, json: { queue: name, paused: false } };
}
