// npm run scale: what more processes, waiting jobs, gateways and fleets do to orders a second; figures of one run, with the machine.
import { mkdtempSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import bullmq from "bullmq/package.json" with { type: "json" };
import { pino } from "pino";
import { getRedisBinary } from "../../src/sandbox/redis/binary.ts";
import { startRedis } from "../../src/sandbox/redis/redis.ts";
import { type Lifecycle, lifecycle } from "../../src/shared/base/lifecycle.ts";
import { connectRedis } from "../../src/shared/redis/client.ts";
import { quickFolder } from "../support/quick-folder.ts";
import { measureGateways } from "./gateways.ts";
import { machineWords } from "./machine.ts";
import { measureProcesses } from "./processes.ts";
import { measureShards } from "./shards.ts";
import { measureWaiting } from "./waiting.ts";

const binaryDir = resolve(import.meta.dirname, "../../.data/redis-server");
const parts = ["processes", "gateways", "waiting", "shards"] as const;
type Part = (typeof parts)[number];

const usage = `npm run scale [-- --only ${parts.join("|")}] [--jobs 100000]

Figures of one run, on this machine: ratios count, no single number is a promise.`;

const TITLES: Record<Part, string> = {
  processes: "Processes: one, two and four of `open` and of `notify`; eNom answers after 200 ms",
  gateways: "Gateways beside each other on one Redis; 32 callers",
  waiting: "Jobs that wait",
  shards: "Fleets as shards: a prefix of its own, an eNom account of its own",
};

async function measure(part: Part, jobs: number): Promise<string> {
  const folder = mkdtempSync(join(quickFolder(), "certfleet-scale-"));
  const life = lifecycle(pino({ level: "silent" }));
  process.once("SIGINT", () => void life.stop().then(() => process.exit(130)));
  try {
    if (part === "shards")
      return await measureShards({ binary: await getRedisBinary(binaryDir, console.error), folder, life });
    const server = await startRedis({ dataDir: join(folder, "redis"), binaryDir });
    life.add("redis server", () => server.stop());
    const place = { redisUrl: server.url, folder, life };
    if (part === "processes") return await measureProcesses(place);
    if (part === "gateways") return await measureGateways(place);
    return await measureWaiting({ ...place, jobs });
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
  options: { only: { type: "string" }, jobs: { type: "string", default: "100000" } },
});
const wanted = parts.filter((part) => values.only === undefined || values.only.split(",").includes(part));
if (wanted.length === 0 || !(Number(values.jobs) > 0)) {
  console.error(usage);
  process.exitCode = 2;
} else {
  console.log(machineWords(await redisVersion(), bullmq.version));
  for (const part of wanted) {
    const began = performance.now();
    const figures = await measure(part, Number(values.jobs));
    console.log(`\n${TITLES[part]} (${Math.round((performance.now() - began) / 1_000)} s)\n${figures}`);
  }
}
