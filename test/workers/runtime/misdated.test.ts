// What a clock that was ahead has planned does not wait for as long as the clock was wrong.
import { expect, test } from "vitest";
import { createLog } from "../../../src/shared/base/log.ts";
import { putSchedules } from "../../../src/shared/schedules/put.ts";
import { webhookStore } from "../../../src/shared/webhooks/store.ts";
import { callLateJobs } from "../../../src/workers/runtime/misdated/misdated.ts";
import { sweep } from "../../../src/workers/runtime/sweeper.ts";
import { startWebhookKeeper } from "../../../src/workers/webhook/keeper.ts";
import { collect, lend } from "../../../src/workers/webhook/lanes.ts";
import { type World, world } from "../../support/world.ts";
import { tell } from "../webhook/fleet.ts";

const QUARTER_MS = 900_000;
const log = createLog("silent", "test");
const right = { now: () => new Date() };
const ahead = { now: () => new Date(Date.now() + QUARTER_MS) };

async function savedBy(clock: { now(): Date }, w: World, reference: string, lookMs: number): Promise<void> {
  const certificate = await w.certificates.find(reference);
  if (!certificate) throw new Error(`no order ${reference}`);
  const nextLookAt = new Date(clock.now().getTime() + lookMs).toISOString();
  await w.certificates.save({ ...certificate, record: { ...certificate.record, nextLookAt } }, clock.now());
}

test("an order that was looked at by a clock that was 15 minutes ahead is due now; one that waits as planned is left alone", async () => {
  const w = await world();
  const [misdated, planned] = [await w.accept({}), await w.accept({})];
  await savedBy(ahead, w, misdated, 60_000);
  await savedBy(right, w, planned, 3_600_000);
  const rung: string[] = [];
  const enqueue = async (_queue: string, data: object) => `${rung.push((data as { reference: string }).reference)}`;
  const needs = { redis: w.redis, keys: w.keys, clock: right, log, enqueue: enqueue as typeof w.queues.enqueue };

  await sweep("open", needs);
  await sweep("open", { ...needs, clock: right });

  expect(new Set(rung)).toEqual(new Set([misdated]));
  expect(await w.redis.zcount(w.keys.byUpdate, Date.now() + 60_000, "+inf")).toBe(0);
});

test("a job that was put off by such a clock is put in, and one that waits as long as it was told to stays", async () => {
  const w = await world();
  const { notify } = w.queues.all;
  const late = await notify.add("notify", {}, { delay: 60_000, timestamp: ahead.now().getTime() });
  const planned = await notify.add("notify", {}, { delay: 3_600_000 });

  const found = await callLateJobs("notify", { ...w, clock: right, log, lockMs: 30_000 });

  expect(found).toBe(1);
  expect(await late.getState()).toBe("waiting");
  expect(await planned.getState()).toBe("delayed");
});

test("what BullMQ keeps for a while by Redis' clock is kept no longer than that when the clock is put back", async () => {
  const w = await world();
  await w.redis.set(w.keys.ofQueue("notify", "stalled-check"), "1", "PX", QUARTER_MS);
  await w.redis.lpush(w.keys.ofQueue("notify", "active"), "7");
  await w.redis.set(w.keys.ofQueue("notify", 7, "lock"), "dead", "PX", QUARTER_MS);

  await callLateJobs("notify", { ...w, clock: right, log, lockMs: 2_000 });

  expect(await w.redis.pttl(w.keys.ofQueue("notify", "stalled-check"))).toBeLessThanOrEqual(2_000);
  expect(await w.redis.pttl(w.keys.ofQueue("notify", 7, "lock"))).toBeLessThanOrEqual(2_000);
});

test("a schedule whose next run such a clock planned runs now, and nobody is said to have taken it away", async () => {
  const w = await world();
  const { redis, keys, queues } = w;
  const accounts = { all: async () => [] };
  const needs = { redis, keys, queues, accounts, log, by: "gateway" as const, sweepSeconds: 60, balanceSeconds: 60 };
  await putSchedules({ ...needs, isStart: true, clock: right });
  const next = await redis.zscore(keys.ofQueue("reissue", "repeat"), "due");
  await redis.zincrby(keys.ofQueue("reissue", "repeat"), QUARTER_MS, "due");
  await redis.rename(
    keys.ofQueue("reissue", "repeat", "due", next ?? ""),
    keys.ofQueue("reissue", "repeat", "due", Number(next) + QUARTER_MS),
  );

  await putSchedules({ ...needs, isStart: false, clock: right });

  const again = Number(await redis.zscore(keys.ofQueue("reissue", "repeat"), "due"));
  expect(again).toBeLessThan(Date.now() + 120_000);
  expect(JSON.parse((await redis.hget(keys.kept, "reissue/due")) ?? "{}")).toMatchObject({ restoredAt: null });
});

test("a webhook whose pause, or whose new event, such a clock planned is delivered now", async () => {
  const w = await world();
  const { redis, keys } = w;
  const { id } = await webhookStore(redis, keys).create(
    { url: "https://receiver.example/", events: ["*"], allowPrivate: false },
    new Date(),
  );
  await tell(redis, keys, "bill-1", 1);
  await collect(id, ahead.now(), { redis, keys });
  await redis.hset(keys.hook(id), {
    sick: "1",
    notBefore: `${Date.now() + QUARTER_MS}`,
    lastTry: ahead.now().getTime(),
  });
  const asked: string[] = [];
  const enqueue = (async (queue: string) => `${asked.push(queue)}`) as unknown as World["queues"]["enqueue"];

  const keeper = startWebhookKeeper({ redis, keys, enqueue, clock: right, log }, 20);
  try {
    await expect.poll(() => asked.length, { timeout: 15_000 }).toBeGreaterThan(0);
  } finally {
    await keeper.stop();
  }

  const { loans } = await lend(id, { now: right.now(), most: 8, token: "t" }, { redis, keys });
  expect(loans).toMatchObject([{ subject: "certificate/bill-1" }]);
});
