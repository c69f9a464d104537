// Whether workers live, for health checks of containers: those of a queue by what they report, or one process by itself, which
// needs no Redis.
import type { Clock } from "../../../shared/base/clock.ts";
import { readSettings } from "../../../shared/base/read-settings.ts";
import { failure, type Result } from "../../../shared/base/result.ts";
import { readProcesses, SILENT_MS } from "../../../shared/process/processes.ts";
import { processSettings } from "../../../shared/process/settings.ts";
import type { JobName } from "../../../shared/queue/jobs.ts";
import type { Connection } from "../connection.ts";

const ANSWER_MS = 5_000;
/** Where a process listens on every address, it is asked on this machine's own. */
const EVERYWHERE: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "::": "::1" };

/** What `/livez` says. Works where the settings are those of the process: in its container. */
export async function processHealth(env: NodeJS.ProcessEnv): Promise<Result> {
  const { CERTFLEET_HEALTH_PORT: port, CERTFLEET_HEALTH_HOST: host } = readSettings(processSettings, env);
  if (port === undefined || port === 0)
    return failure("usage", "Set CERTFLEET_HEALTH_PORT, for the process and here: it is the port that is asked.");
  const asked = EVERYWHERE[host] ?? host;
  const url = `http://${asked.includes(":") ? `[${asked}]` : asked}:${port}/livez`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS), redirect: "error" });
    const text = (await response.text()).trim().slice(0, 300);
    if (!response.ok) return failure("failed", `The process says: ${text}.`, { url });
    return { ending: "done", text: `The process at ${url} is alive.`, json: { url, alive: true } };
  } catch {
    return failure("failed", `No process responds at ${url} within ${ANSWER_MS / 1_000} seconds.`, { url });
  }
}

/** Whether a worker of the queue is alive, for health checks of containers. */
export async function health(queue: JobName, connection: Connection, clock: Clock): Promise<Result> {
  return healthResult(queue, await countAlive(queue, connection, clock));
}

export function healthResult(queue: JobName, alive: number): Result {
  const silence = `No worker of the queue ${queue} reported in the last ${SILENT_MS / 1_000} seconds.`;
  if (alive === 0) return failure("failed", silence, { queue, alive });
  const text = `${alive} ${alive === 1 ? "worker" : "workers"} of the queue ${queue} ${alive === 1 ? "is" : "are"} alive.`;
  return { ending: "done", text, json: { queue, alive } };
}

/**
 * Processes that work for the queue and gave a sign of life in the last minute, by Redis' clock. Workers of version 0.1.0
 * said it in a set of their own, by theirs.
 */
export async function countAlive(
  queue: JobName,
  { redis, keys }: Pick<Connection, "redis" | "keys">,
  clock: Clock,
): Promise<number> {
  const processes = await readProcesses({ redis, keys });
  const earlier = await redis.zcount(keys.heartbeat(queue), clock.now().getTime() - SILENT_MS, "+inf");
  return processes.filter(({ isAlive, parts }) => isAlive && parts.includes(queue)).length + earlier;
}
