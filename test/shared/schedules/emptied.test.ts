// The story of a Redis that lost everything under a running fleet: FLUSHALL, `ledger rebuild`, and nothing is restarted.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { startGateway } from "../../../src/producers/main.ts";
import { startRedis } from "../../../src/sandbox/redis/redis.ts";
import { accountRecords } from "../../../src/shared/account/records.ts";
import { queueNames } from "../../../src/shared/queue/jobs.ts";
import { readSchedules } from "../../../src/shared/schedules/missing.ts";
import { findKept } from "../../../src/shared/standing/kept.ts";
import { startWorkers } from "../../../src/workers/main.ts";
import { certfleet } from "../../producers/cli/support.ts";
import { orderBody } from "../../support/order.ts";
import { issued, world } from "../../support/world.ts";

/** Instead of fifteen seconds: the story is the same. */
const QUICK = { keepEveryMs: 100 };

async function ownRedis(): Promise<string> {
  const binaryDir = mkdtempSync(join(tmpdir(), "certfleet-emptied-"));
  const redis = await startRedis({ ephemeral: true, binaryDir });
  onTestFinished(async () => {
    await redis.stop();
    rmSync(binaryDir, { recursive: true, force: true });
  });
  return redis.url;
}

test("After FLUSHALL and a rebuild, without a restart, all schedules are back, what is due is done, and doctor is well.", {
  timeout: 120_000,
}, async () => {
  const w = await world({ redisUrl: await ownRedis() });
  const { redis, keys } = w;
  const accounts = accountRecords(redis, keys);
  const workers = await startWorkers(queueNames, w.env, QUICK);
  onTestFinished(() => workers.stop());
  const gateway = await startGateway({ ...w.env, HOST: "127.0.0.1", PORT: "0" }, undefined, QUICK);
  onTestFinished(() => gateway.stop());
  const env = { ...w.env, HOST: "127.0.0.1", PORT: new URL(gateway.url).port };
  /** As a client does: 503 means that the same is to be sent again, which a busy machine answers, too. */
  const place = (order: object): Promise<void> =>
    vi.waitFor(
      async () => {
        const headers = { "content-type": "application/json" };
        const body = JSON.stringify(order);
        const answer = await fetch(`${gateway.url}/v1/certificates`, { method: "POST", headers, body });
        expect([200, 202]).toContain(answer.status);
      },
      { timeout: 20_000, interval: 200 },
    );
  const order = await orderBody({});
  await place(order);
  await w.until(order.reference, issued, 30_000);
  const bought = (): number => w.enom.asked("PurchaseServices").length;
  const before = bought();

  await redis.flushall();
  await vi.waitFor(async () => expect((await accounts.all()).map(({ id }) => id)).toEqual(["main"]), {
    timeout: 10_000,
  });
  const lost = await certfleet(["doctor", "--json"], { env });
  const rebuilt = await certfleet(["ledger", "rebuild", "main", "--reason", "Redis was emptied"], { env });
  await place(order);
  await w.until(order.reference, issued, 30_000);
  await vi.waitFor(
    async () => {
      expect(await readSchedules({ redis, keys, accounts })).toEqual([
        { name: "reissue/due", loss: undefined },
        { name: "balance-poll/balance-main", loss: undefined },
      ]);
      expect(await redis.get(keys.lastSweep)).not.toBeNull();
      expect((await accounts.find("main"))?.balance).not.toBeNull();
      expect(await redis.hexists(keys.seal, "since")).toBe(1);
      expect(await redis.exists(keys.audit.secret)).toBe(1);
    },
    { timeout: 10_000, interval: 50 },
  );
  await vi.waitFor(
    async () => {
      const well = await certfleet(["doctor", "--json"], { env });
      const found = JSON.parse(well.stdout) as { well: boolean; findings: { state: string }[] };
      expect(found.findings.filter(({ state }) => state === "ill")).toEqual([]);
      expect([found.well, well.code]).toEqual([true, 0]);
    },
    { timeout: 40_000, interval: 500 },
  );

  expect(JSON.parse(lost.stdout)).toMatchObject({ well: false });
  expect(lost.stdout).toContain("Redis has no ledger, and the journal has one");
  expect(lost.code).toBe(1);
  expect([rebuilt.code, rebuilt.stderr]).toEqual([0, expect.any(String)]);
  expect(bought()).toBe(before);
  expect((await findKept({ redis, keys })).map(({ by }) => by)).toContain("gateway");
});
