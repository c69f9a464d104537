// The processes of the fleet, as each tells of itself every few seconds. All times are of Redis' clock, so that a process
// whose own clock is wrong is neither called dead nor kept alive.
import { join } from "node:path";
import { z } from "zod";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { defineScript, runScript } from "../redis/script.ts";

const REPORT = defineScript(join(import.meta.dirname, "lua/report-process.lua"), {
  keys: ["processes"],
  args: ["id", "about", "forgetMs"],
});
const NOW = defineScript(join(import.meta.dirname, "lua/read-processes.lua"), { keys: ["processes"], args: [] });

/** A process that gave no sign of life for so long is not alive. */
export const SILENT_MS = 60_000;
/** A process that was killed is forgotten after an hour. */
const FORGET_MS = 3_600_000;

export interface ProcessNeeds {
  redis: RedisClient;
  keys: Pick<Keys, "processes">;
}

const about = z.object({
  /** `gateway`, or the queues that it works for. */
  parts: z.array(z.string()),
  host: z.string(),
  pid: z.number(),
  version: z.string(),
  /** Its own clock when it reported, as milliseconds. */
  ownTime: z.number(),
  startedAt: z.string(),
});
export type AboutProcess = z.infer<typeof about>;

export interface FleetProcess extends AboutProcess {
  id: string;
  /** Milliseconds since its last sign of life. */
  silentMs: number;
  isAlive: boolean;
  /** How far its clock is ahead of Redis' (negative: behind), in milliseconds. */
  aheadMs: number;
}

/** One sign of life. A crash before it leaves the process silent until the next one. */
export async function reportProcess(id: string, told: AboutProcess, { redis, keys }: ProcessNeeds): Promise<void> {
  await runScript(redis, REPORT, {
    keys: { processes: keys.processes },
    args: { id, about: JSON.stringify(told), forgetMs: FORGET_MS },
  });
}

/** At an orderly stop. */
export async function removeProcess(id: string, { redis, keys }: ProcessNeeds): Promise<void> {
  await redis.hdel(keys.processes, id);
}

/** All that reported within the last hour, the newest sign of life first. What cannot be read is left out. */
export async function readProcesses({ redis, keys }: ProcessNeeds): Promise<FleetProcess[]> {
  const [now, ...entries] = (await runScript(redis, NOW, {
    keys: { processes: keys.processes },
    args: {},
  })) as string[];
  const pairs = entries.flatMap((id, i): [string, string][] => (i % 2 === 0 ? [[id, entries[i + 1] ?? ""]] : []));
  return processesIn(pairs, Number(now));
}

/** The same from what lies there: an id and `ms JSON` each. `now`: Redis' time, in milliseconds. */
export function processesIn(entries: readonly (readonly [string, string])[], now: number): FleetProcess[] {
  const found: FleetProcess[] = [];
  for (const [id, entry] of entries) {
    const [at, text] = entry.split(/ (.*)/s);
    const read = about.safeParse(fromJson(text ?? ""));
    if (!read.success) continue;
    const silentMs = now - Number(at);
    const aheadMs = read.data.ownTime - Number(at);
    found.push({ id, ...read.data, silentMs, isAlive: silentMs <= SILENT_MS, aheadMs });
  }
  return found.sort((a, b) => a.silentMs - b.silentMs);
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
