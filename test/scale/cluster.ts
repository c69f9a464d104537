// A Redis Cluster of three masters on loopback, with what a ledger needs of each.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Redis } from "ioredis";
import { freePort } from "../../src/sandbox/free-port.ts";
import type { RedisBinary } from "../../src/sandbox/redis/binary.ts";
import type { Lifecycle } from "../../src/shared/base/lifecycle.ts";

const MASTERS = 3;
const SLOTS = 16_384;
const READY_MS = 20_000;

export interface RunningCluster {
  url: string;
  /** The master that keeps this key, by its place. */
  masterOf: (key: string) => Promise<number>;
}

export async function startCluster(binary: RedisBinary, folder: string, life: Lifecycle): Promise<RunningCluster> {
  const nodes: { port: number; redis: Redis }[] = [];
  for (let i = 0; i < MASTERS; i++) {
    const dir = join(folder, `node-${i}`);
    mkdirSync(dir, { recursive: true });
    const port = await freePort(0);
    const settings = {
      ...{ port, bind: "127.0.0.1", dir, save: "", appendonly: "yes", appendfsync: "always" },
      ...{ "maxmemory-policy": "noeviction", "cluster-enabled": "yes", "cluster-node-timeout": "5000" },
      "cluster-port": await freePort(0),
    };
    const child = spawn(
      binary.path,
      Object.entries(settings).flatMap(([name, value]) => [`--${name}`, `${value}`]),
      {
        detached: true,
        env: binary.libraryPath ? { LD_LIBRARY_PATH: binary.libraryPath } : {},
        stdio: "ignore",
      },
    );
    life.add(`cluster node ${i}`, async () => {
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "close");
    });
    const redis = new Redis(port, "127.0.0.1", { retryStrategy: () => 50, maxRetriesPerRequest: null });
    redis.on("error", () => undefined);
    life.add(`cluster client ${i}`, () => redis.disconnect());
    nodes.push({ port, redis });
    await redis.ping();
    await redis.call("CLUSTER", "ADDSLOTSRANGE", rangeOf(i).from, rangeOf(i).to);
    await redis.call("CLUSTER", "SET-CONFIG-EPOCH", i + 1);
    if (i > 0) await redis.call("CLUSTER", "MEET", "127.0.0.1", nodes[0]?.port ?? 0, await busPort(nodes[0]?.redis));
  }
  await untilWell(nodes.map(({ redis }) => redis));
  return {
    url: `redis+cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(",")}`,
    async masterOf(key) {
      const slot = Number(await nodes[0]?.redis.call("CLUSTER", "KEYSLOT", key));
      return Array.from({ length: MASTERS }, (_, i) => rangeOf(i)).findIndex(
        ({ from, to }) => slot >= from && slot <= to,
      );
    },
  };
}

function rangeOf(i: number): { from: number; to: number } {
  const each = Math.ceil(SLOTS / MASTERS);
  return { from: i * each, to: Math.min((i + 1) * each, SLOTS) - 1 };
}

async function busPort(redis: Redis | undefined): Promise<number> {
  const [, port = "0"] = ((await redis?.config("GET", "cluster-port")) ?? []) as string[];
  return Number(port);
}

/** @throws Error not all of them see the whole cluster in time */
async function untilWell(all: readonly Redis[]): Promise<void> {
  for (const end = performance.now() + READY_MS; performance.now() < end; await pause(100)) {
    const infos = await Promise.all(all.map((redis) => redis.call("CLUSTER", "INFO")));
    if (infos.every((info) => /cluster_state:ok/.test(`${info}`) && /cluster_known_nodes:3/.test(`${info}`))) return;
  }
  throw new Error("the cluster did not come together");
}
