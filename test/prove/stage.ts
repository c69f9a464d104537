// Where all runs of a file take place: a Redis and a folder of their own, both in memory where the system has such a place.
import { mkdtemp, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Redis } from "ioredis";
import { startRedis } from "../../src/sandbox/redis/redis.ts";
import { connectRedis } from "../../src/shared/redis/client.ts";
import { quickFolder } from "../support/quick-folder.ts";

export interface Stage {
  redis: Redis;
  folder: string;
}

/** A real Redis that syncs every write, and a journal that syncs every line: on a disk that costs more than all the rest. */
export async function openStage(): Promise<Stage & { close: () => Promise<void> }> {
  const folder = await mkdtemp(join(quickFolder(), "certfleet-prove-"));
  const binaryDir = resolve(import.meta.dirname, "../../.data/redis-server");
  const server = await startRedis({ dataDir: join(folder, "redis"), binaryDir, say: console.error });
  const redis = connectRedis(server.url, "never-give-up", () => undefined) as Redis;
  return {
    ...{ redis, folder },
    async close() {
      redis.disconnect();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
