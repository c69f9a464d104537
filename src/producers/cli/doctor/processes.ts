// The processes of the fleet: whether each kind lives, whether their clocks agree with Redis', whether they are of one
// version.
import type { Clock } from "../../../shared/base/clock.ts";
import type { Finding } from "../../../shared/base/result.ts";
import { type FleetProcess, readProcesses } from "../../../shared/process/processes.ts";
import { type JobName, queueNames } from "../../../shared/queue/jobs.ts";
import { lasting } from "../../../shared/standing/findings.ts";
import type { Connection } from "../connection.ts";
import { countAlive } from "../health/health.ts";

/** Timelines carry the processes' time, the ledger Redis' time: people compare them. */
const APART_MS = 2_000;
/** So far apart deadlines and pauses are wrong as well. */
const WRONG_MS = 60_000;

export async function examineProcesses(connection: Connection, clock: Clock): Promise<Finding[]> {
  const alive = (await readProcesses(connection)).filter(({ isAlive }) => isAlive);
  const kinds = await Promise.all(queueNames.map((queue) => workersOf(queue, alive, connection, clock)));
  return [...kinds, ...clocksOf(alive), ...versionsOf(alive)];
}

/** Processes of earlier releases tell of themselves by their queue only. */
async function workersOf(
  queue: JobName,
  alive: readonly FleetProcess[],
  connection: Connection,
  clock: Clock,
): Promise<Finding> {
  const name = `Worker ${queue}`;
  const told = alive.filter(({ parts }) => parts.includes(queue)).length;
  const count = told > 0 ? told : await countAlive(queue, connection, clock);
  if (count > 0) return { name, state: "ok", detail: `${count} alive` };
  const { redis, keys } = connection;
  if (queue === "webhook" && (await redis.zcard(keys.hooks)) === 0)
    return { name, state: "ok", detail: "none alive, and none is needed: there is no webhook endpoint" };
  const remedy = `Start one: certfleet worker ${queue}`;
  return { name, state: "ill", detail: "none alive in the last minute", remedy };
}

function clocksOf(alive: readonly FleetProcess[]): Finding[] {
  const name = "Clocks of the processes";
  if (alive.length === 0) return [];
  const wrong = alive.filter(({ aheadMs }) => Math.abs(aheadMs) > APART_MS);
  if (wrong.length === 0) return [{ name, state: "ok", detail: `${alive.length} agree with Redis' clock` }];
  return wrong.map((each) => ({
    name,
    state: Math.abs(each.aheadMs) > WRONG_MS ? "ill" : "warn",
    detail: `${shown(each)} is ${lasting(Math.round(Math.abs(each.aheadMs) / 1_000) * 1_000)} ${each.aheadMs > 0 ? "ahead of" : "behind"} Redis' clock`,
    remedy: `Synchronize the clock of ${each.host} with NTP.`,
  }));
}

function versionsOf(alive: readonly FleetProcess[]): Finding[] {
  const name = "Versions";
  const versions = Map.groupBy(alive, ({ version }) => version);
  if (versions.size === 0) return [];
  if (versions.size === 1)
    return [{ name, state: "ok", detail: `all processes are of version ${[...versions.keys()][0]}` }];
  const list = [...versions].map(([version, all]) => `${version}: ${all.map(shown).join(", ")}`);
  const remedy = "During an upgrade that is right. Afterwards restart the older ones: docs/howto/upgrade.md";
  return [{ name, state: "warn", detail: `processes are of several versions. ${list.join("; ")}`, remedy }];
}

function shown({ parts, host, pid }: FleetProcess): string {
  return `${parts.join(",")} on ${host} (process ${pid})`;
}
