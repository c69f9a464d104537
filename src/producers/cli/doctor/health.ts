// `health`: whether a worker of a queue is alive, for container health checks.
import type { Clock } from "../../../shared/base/clock.ts";
import { failure, type Result } from "../../../shared/base/result.ts";
import type { JobName } from "../../../shared/queue/jobs.ts";
import type { Connection } from "../connection.ts";

/** Workers say every few seconds that they live. */
const SILENT_MS = 60_000;

export async function health(queue: JobName, connection: Connection, clock: Clock): Promise<Result> {
  const alive = await countAlive(queue, connection, clock);
  const silence = `No worker of the queue ${queue} gave a sign of life in the last ${SILENT_MS / 1_000} seconds.`;
  if (alive === 0) return failure("failed", silence, { queue, alive });
  const text = `${alive} ${alive === 1 ? "worker" : "workers"} of the queue ${queue} ${alive === 1 ? "is" : "are"} alive.`;
  return { ending: "done", text, json: { queue, alive } };
}

export function countAlive(queue: JobName, { redis, keys }: Connection, clock: Clock): Promise<number> {
  return redis.zcount(keys.heartbeat(queue), clock.now().getTime() - SILENT_MS, "+inf");
}
