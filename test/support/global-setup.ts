// One private Redis for a whole test run; each test file brings a prefix of its own.
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import type { TestProject } from "vitest/node";
import { startRedis } from "../../src/sandbox/redis/redis.ts";
import { compileOnce } from "./compile-once.ts";
import { ensureOpenssl } from "./openssl.ts";
import { quickFolder } from "./quick-folder.ts";

declare module "vitest" {
  interface ProvidedContext {
    redisUrl: string;
  }
}

/** Provides `redisUrl`: TEST_REDIS_URL if that is set, else a server that ends, and leaves nothing, with the run. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  ensureOpenssl();
  await compileOnce();
  const given = process.env.TEST_REDIS_URL;
  if (given) {
    project.provide("redisUrl", given);
    return undefined;
  }
  const binaryDir = resolve(import.meta.dirname, "../../.data/redis-server");
  const { TMPDIR = tmpdir() } = process.env;
  process.env.TMPDIR = quickFolder(); // Redis' own folder alone
  const redis = await startRedis({ ephemeral: true, binaryDir, say: console.error });
  process.env.TMPDIR = TMPDIR;
  project.provide("redisUrl", redis.url);
  return redis.stop;
}
