// Journals of one test: their places are its own and go with it.

import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { onTestFinished } from "vitest";
import { type EmbeddedRedis, startRedis } from "../../../src/sandbox/redis/redis.ts";
import { connectRedis } from "../../../src/shared/redis/client.ts";
import type { Journal } from "../../../src/workers/journal/journal.ts";
import { openJournal } from "../../../src/workers/journal/open.ts";
import { quickFolder } from "../../support/quick-folder.ts";

export const newPrefix = (): string => `{t-${randomUUID().slice(0, 13)}}`;

export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(quickFolder(), "certfleet-journal-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** As one more process would open it. */
export async function opened(location: string, prefix: string): Promise<Journal> {
  const journal = await openJournal(location, prefix);
  onTestFinished(() => journal.close());
  return journal;
}

/** Every file under a folder, with its path. */
export async function filesUnder(folder: string, ending = ""): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith(ending));
  return files.map((entry) => join(entry.parentPath, entry.name));
}

/** A Redis that the test may break, and a client to do it with. */
export async function ownRedis() {
  const redis: EmbeddedRedis = await startRedis({
    ephemeral: true,
    binaryDir: resolve(import.meta.dirname, "../../../.data/redis-server"),
  });
  const client = connectRedis(redis.url, "never-give-up", () => undefined);
  onTestFinished(async () => {
    client.disconnect();
    await redis.stop();
  });
  return { redis, client };
}
