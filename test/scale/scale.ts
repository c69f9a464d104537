// npm run scale: what more processes, waiting jobs, gateways and fleets do to orders a second; figures of one run, with the machine.
import { mkdtempSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import bullmq from "bullmq/package.json" with { type: "json" };
import { pino } from "pino";
import { getRedisBinary } from "../../src/sandbox/redis/binary.ts";
import { startRedis } from "../../src/sandbox/redis/redis.ts";
import { type Lifecycle, lifecycle } from "../../src/shared/base/lifecycle.ts";
import { connectRedis } from "../../src/shared/redis/client.ts";
import { quickFolder } from "../support/quick-folder.ts";
import { measureGateways } from "./gateways.ts";
import { machineRows } from "./machine.ts";
import { measureProcesses } from "./processes.ts";
import { oneTable, type Section } from "./section.ts";
import { measureShards } from "./shards.ts";
import { measureWaiting } from "./waiting.ts";

const binaryDir = resolve(import.meta.dirname, "../../.data/redis-server");
const parts = ["processes", "gateways", "waiting", "shards"] as const;
type Part = (typeof parts)[number];

const usage = `npm run scale [-- --only ${parts.join("|")}] [--jobs 100000] [--minutes 12]

Figures of one run, on this machine: ratios count, no single number is a promise. What is not measured
when the minutes are over is named, and the command ends with 1.`;

/** @throws Error it could not be measured, or not by `until` */
async function measure(part: Part, { jobs, until }: { jobs: number; until: number }): Promise<Section> {
  const folder = mkdtempSync(join(quickFolder(), "certfleet-scale-"));
  const life = lifecycle(pino({ level: "silent" }));
  process.once("SIGINT", () => void life.stop().then(() => process.exit(130)));
  const late = pause(Math.max(0, until - performance.now()), undefined, { ref: false }).then(() => {
    throw new Error("the time for all measures was over");
  });
  const figures = async (): Promise<Section> => {
    if (part === "shards")
      return await measureShards({ binary: await getRedisBinary(binaryDir, console.error), folder, life });
    const server = await startRedis({ dataDir: join(folder, "redis"), binaryDir });
    life.add("redis server", () => server.stop());
    const place = { redisUrl: server.url, folder, life };
    if (part === "processes") return await measureProcesses(place);
    if (part === "gateways") return await measureGateways(place);
    return await measureWaiting({ ...place, jobs });
  };
  try {
    return await Promise.race([figures(), late]);
  } finally {
    await stopAll(life);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function stopAll(life: Lifecycle): Promise<void> {
  await life.stop();
  process.removeAllListeners("SIGINT");
}

async function redisVersion(): Promise<string> {
  const server = await startRedis({ ephemeral: true, binaryDir });
  const redis = connectRedis(server.url, "never-give-up", () => undefined);
  const info = await redis.call("INFO", "server");
  redis.disconnect();
  await server.stop();
  const [, valkey] = /^valkey_version:(\S+)/m.exec(String(info)) ?? [];
  const [, redisOwn = "of an unknown version"] = /^redis_version:(\S+)/m.exec(String(info)) ?? [];
  return valkey ? `Valkey ${valkey}` : `Redis ${redisOwn}`;
}

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    jobs: { type: "string", default: "100000" },
    minutes: { type: "string", default: "12" },
  },
});
const wanted = parts.filter((part) => values.only === undefined || values.only.split(",").includes(part));
const [jobs, minutes] = [Number(values.jobs), Number(values.minutes)];
if (wanted.length === 0 || !(jobs > 0) || !(minutes > 0)) {
  console.error(usage);
  process.exitCode = 2;
} else {
  const began = performance.now();
  const machine = machineRows(await redisVersion(), bullmq.version);
  const sections: Section[] = [];
  for (const part of wanted) {
    const from = performance.now();
    try {
      sections.push(await measure(part, { jobs, until: began + minutes * 60_000 }));
      console.error(`${part}: measured in ${seconds(from)}`);
    } catch (error) {
      console.error(`${part}: not measured, after ${seconds(from)}: ${error instanceof Error ? error.message : error}`);
      process.exitCode = 1;
    }
  }
  console.log(oneTable([...machine, ["took", seconds(began)]], sections));
}

function seconds(since: number): string {
  return `${Math.round((performance.now() - since) / 1_000)} s`;
}
