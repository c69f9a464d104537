// Redis in each of its forms, and whether it keeps what it acknowledges.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cluster, type Redis } from "ioredis";
import { expect, inject, onTestFinished, test } from "vitest";
import { startRedis } from "../../../src/sandbox/redis/redis.ts";
import { connectRedis, untilReady } from "../../../src/shared/redis/client.ts";
import { durabilityRisks } from "../../../src/shared/redis/durability.ts";

const connect = (url: string, patience: "fail-fast" | "never-give-up" = "never-give-up") => {
  const client = connectRedis(url, patience, () => undefined);
  onTestFinished(() => client.disconnect());
  return client;
};

test("a socket's path is taken with and without unix:", async () => {
  const path = inject("redisUrl").replace(/^unix:(\/\/)?/, "");

  for (const url of [path, `unix:${path}`, `unix://${path}`]) expect(await connect(url).ping()).toBe("PONG");
});

test("sentinels and clusters are told from their addresses", () => {
  const sentinel = connect("redis+sentinel://:secret@127.0.0.1:1,127.0.0.1:2/certfleet");
  const cluster = connect("rediss+cluster://127.0.0.1:1,127.0.0.1:2");

  expect((sentinel as Redis).options).toMatchObject({
    sentinels: [{ port: 1 }, { port: 2 }],
    name: "certfleet",
    password: "secret",
  });
  expect(cluster).toBeInstanceOf(Cluster);
});

test("a Redis that never answers is given up with what to check", async () => {
  await expect(untilReady(connect("redis://127.0.0.1:1"), 50)).rejects.toThrow(/REDIS_URL/);
});

test("the private Redis keeps every write, and one that does not is told of in sentences", async () => {
  const folder = mkdtempSync(join(tmpdir(), "certfleet-redis-"));
  const own = await startRedis({ ephemeral: true, binaryDir: folder });
  onTestFinished(async () => {
    await own.stop();
    rmSync(folder, { recursive: true });
  });
  const client = connect(own.url);
  expect(await durabilityRisks(client)).toEqual([]);

  await client.call("CONFIG", "SET", "appendfsync", "everysec");
  await client.call("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
  expect((await durabilityRisks(client)).join(" ")).toMatch(/appendfsync is everysec.*maxmemory-policy is allkeys-lru/);

  await client.call("CONFIG", "SET", "appendonly", "no");
  expect((await durabilityRisks(client)).join(" ")).toMatch(/appendonly is off/);
});
