// A primary that is cut off from the Sentinels and from its replica still answers the fleet: what the fleet does then.
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Redis } from "ioredis";
import { pino } from "pino";
import { expect, onTestFinished, test, vi } from "vitest";
import { lifecycle } from "../../../../src/shared/base/lifecycle.ts";
import { keysUnder } from "../../../../src/shared/redis/keys.ts";
import { readReplicas } from "../../../../src/shared/redis/replicas.ts";
import { quickFolder } from "../../../support/quick-folder.ts";
import { startPair, untilPrimary } from "../../../topologies/servers/pair.ts";
import { startPartition } from "../../../topologies/servers/partition.ts";
import { startServer } from "../../../topologies/servers/server.ts";
import { connected } from "./server.ts";

const SOON = { timeout: 5_000, interval: 50 };

async function portOf(client: Redis): Promise<string | undefined> {
  return /tcp_port:(\d+)/.exec(await client.info("server"))?.[1];
}

test("what the Sentinels know counts: a primary without the replica that they saw takes nothing, and is left when they elect another", async () => {
  const folder = mkdtempSync(join(quickFolder(), "certfleet-sentinels-"));
  const life = lifecycle(pino({ level: "silent" }));
  onTestFinished(async () => {
    await life.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  const partition = await startPartition({ life });
  const { primary, replica } = await startPair({ folder, life }, { behind: partition });
  const lines = [`sentinel monitor main 127.0.0.1 ${partition.port} 1`, "sentinel down-after-milliseconds main 60000"];
  const sentinel = await startServer({ folder, life }, { name: "sentinel", lines, isSentinel: true });
  await vi.waitFor(async () => expect(await sentinel.admin.call("SENTINEL", "REPLICAS", "main")).toHaveLength(1), {
    timeout: 15_000,
  });
  await vi.waitFor(
    async () =>
      expect(`${await sentinel.admin.call("SENTINEL", "REPLICAS", "main")}`).toContain("master-link-status,ok"),
    { timeout: 15_000 },
  );
  const client = (await connected(`redis+sentinel://127.0.0.1:${sentinel.port}/main`, "never-give-up")) as Redis;
  const copy = client.duplicate();
  onTestFinished(() => copy.disconnect());
  const needs = { redis: client, keys: keysUnder("sentinels-test") };

  partition.part();
  await primary.admin.call("CLIENT", "KILL", "TYPE", "replica");
  await vi.waitFor(async () => expect(await primary.admin.info("replication")).toContain("connected_slaves:0"), SOON);
  expect(await portOf(client)).toBe(`${primary.port}`);
  // A Sentinel is asked beside the connection, which waits for nothing.
  await vi.waitFor(
    async () => expect(await readReplicas(needs)).toMatchObject({ online: 0, isAlone: true, lastSeen: undefined }),
    SOON,
  );

  await sentinel.admin.call("SENTINEL", "SET", "main", "down-after-milliseconds", 700);
  await untilPrimary(replica);
  await vi.waitFor(async () => expect(await portOf(client)).toBe(`${replica.port}`), SOON);
  await vi.waitFor(async () => expect(await portOf(copy)).toBe(`${replica.port}`), SOON);
  expect(await primary.admin.info("replication")).toContain("role:master");
  expect(await readReplicas(needs)).toMatchObject({ online: 0, isAlone: false });
}, 60_000);
