// A Cluster as BullMQ uses it: the connection that waits for jobs is a copy, which it ends and opens again when it waited too long.
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Cluster } from "ioredis";
import { pino } from "pino";
import { expect, onTestFinished, test, vi } from "vitest";
import { lifecycle } from "../../../../src/shared/base/lifecycle.ts";
import { connectRedis, untilReady } from "../../../../src/shared/redis/client.ts";
import { quickFolder } from "../../../support/quick-folder.ts";
import { startServer } from "../../../topologies/servers/server.ts";

/** One server that has all slots. */
async function oneCluster(): Promise<string> {
  const folder = mkdtempSync(join(quickFolder(), "certfleet-cluster-"));
  const life = lifecycle(pino({ level: "silent" }));
  onTestFinished(async () => {
    await life.stop();
    rmSync(folder, { recursive: true, maxRetries: 5 });
  });
  const { admin, port } = await startServer(
    { folder, life },
    { name: "one", settings: { "cluster-enabled": "yes", "cluster-announce-ip": "127.0.0.1" } },
  );
  await admin.call("CLUSTER", "ADDSLOTSRANGE", 0, 16_383);
  await vi.waitFor(async () => expect(await admin.call("CLUSTER", "INFO")).toContain("cluster_state:ok"), {
    timeout: 15_000,
    interval: 50,
  });
  return `redis+cluster://127.0.0.1:${port}`;
}

test("a copy that was ended and is opened again finds the servers again, and one that stays ended asks nobody", async () => {
  const client = connectRedis(await oneCluster(), "never-give-up", () => undefined) as Cluster;
  onTestFinished(() => client.disconnect());
  await untilReady(client, 10_000);
  const copy = client.duplicate();
  onTestFinished(() => copy.disconnect());
  await untilReady(copy, 10_000);

  copy.disconnect();
  await once(copy, "end");
  await Promise.race([copy.connect(), pause(5_000).then(() => Promise.reject(new Error("it is never ready")))]);
  expect(await copy.ping()).toBe("PONG");

  copy.disconnect();
  await once(copy, "end");
  const asked = vi.fn();
  copy.refreshSlotsCache(asked);
  await pause(50);
  expect(asked).not.toHaveBeenCalled();
}, 30_000);
