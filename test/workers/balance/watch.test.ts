// Stories about falls of a balance below its minimum, by real Redis and real queues without workers: what waits in `notify` is what is sent.

import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { pino } from "pino";
import { expect, inject, onTestFinished, test } from "vitest";
import { DAY_MS } from "../../../src/shared/base/dates.ts";
import { openQueues } from "../../../src/shared/queue/queues.ts";
import { connectRedis, type RedisClient } from "../../../src/shared/redis/client.ts";
import { keysUnder } from "../../../src/shared/redis/keys.ts";
import { tellTurns, type WatchNeeds, watchBalance } from "../../../src/workers/balance/watch.ts";

const START_MS = Date.parse("2026-11-22T06:00:00.000Z");
const entry = { id: "main", name: "eNom main", department: "ssl@provider.example", currency: "USD" };
const main = { ...entry, minimumBalance: "100.00" };

test("A balance that walks randomly around the minimum for a week of polls produces one message a fall, never more.", async () => {
  const connections = [connection(), connection(), connection()];
  const walk = fc.record({
    steps: fc.array(fc.integer({ min: -3_000, max: 3_000 }), { minLength: 14, maxLength: 28 }),
    margin: fc.constantFrom("20%", "0%", "7.50"),
    pollers: fc.integer({ min: 1, max: 4 }),
  });

  await fc.assert(
    fc.asyncProperty(walk, async ({ steps, margin, pollers }) => {
      const stage = staged(connections, { restoredMargin: margin });
      const readings = steps.map((_step, i) =>
        readingOf(
          steps.slice(0, i + 1).reduce((sum, step) => sum + step, 11_000),
          i,
        ),
      );
      for (const [i, reading] of readings.entries()) {
        const late = readings[i - 1];
        await Promise.all([
          ...Array.from({ length: pollers }, (_each, n) => watchBalance(main, reading, stage.process(n))),
          ...(late ? [watchBalance(main, late, stage.process(pollers))] : []),
        ]);
      }
      expect(await stage.sent()).toEqual(expected(readings, margin));
      await stage.close();
    }),
    { numRuns: 25 },
  );
}, 60_000);

test("Exactly at the minimum is not low; a cent less is; and only the minimum and its margin together are a recovery.", async () => {
  const stage = staged([connection()]);
  for (const [i, cents] of [10_000, 9_999, 10_000, 11_999, 9_000, 12_000, 10_000].entries()) {
    await watchBalance(main, readingOf(cents, i), stage.process(0));
  }

  expect(await stage.sent()).toEqual(["low-balance 1: 99.99", "balance-restored 2: 120.00"]);
  await stage.close();
});

test("A process that dies before the mail is queued leaves it to the next poll, even when the money is back by then.", async () => {
  const stage = staged([connection()]);
  const dying = {
    ...stage.process(0),
    enqueue: () => Promise.reject(new Error("the process died here")),
  };
  await expect(watchBalance(main, readingOf(9_000, 0), dying)).rejects.toThrow("died");
  await expect(watchBalance(main, readingOf(50_000, 1), dying)).rejects.toThrow("died");
  expect(await stage.sent()).toEqual([]);

  await tellTurns(main, stage.process(0));
  await tellTurns(main, stage.process(0));

  expect(await stage.sent()).toEqual(["low-balance 1: 90.00", "balance-restored 2: 500.00"]);
  await stage.close();
});

test("A process that dies behind the mail sends it again under the same key: one mail.", async () => {
  const stage = staged([connection()]);
  const rung: string[] = [];
  const alive = stage.process(0);
  const dying: WatchNeeds = {
    ...alive,
    async enqueue(name, data) {
      await alive.enqueue(name, data);
      rung.push("key" in data ? data.key : "");
      throw new Error("the process died here");
    },
  };
  for (const i of [0, 1]) await expect(watchBalance(main, readingOf(9_000, i), dying)).rejects.toThrow("died");
  await watchBalance(main, readingOf(9_000, 2), alive);

  expect(rung).toEqual(["main:low-balance:1", "main:low-balance:1"]);
  expect(await stage.sent()).toEqual(["low-balance 1: 90.00"]);
  await stage.close();
});

test("Without a minimum nobody is told; a minimum that was taken away and comes back begins anew.", async () => {
  const stage = staged([connection()]);
  const needs = stage.process(0);
  await watchBalance(entry, readingOf(-100, 0), needs);
  await watchBalance(main, readingOf(9_000, 1), needs);
  await watchBalance(entry, readingOf(9_000, 2), needs);
  await watchBalance(main, readingOf(11_000, 3), needs);
  await watchBalance(main, readingOf(9_500, 4), needs);

  expect(await stage.sent()).toEqual(["low-balance 1: 90.00", "low-balance 3: 95.00"]);
  await stage.close();
});

test("The mail of a fall says until when the planned purchases are paid; where nobody can tell, it goes without.", async () => {
  const plan = {
    until: "2027-02-20",
    of: () => ({ reserved: "0.00", planned: [{ date: "2026-12-02", cost: "9.95" }] }),
  };
  const stage = staged([connection()], { planPurchases: async () => plan });
  const blind = { ...stage.process(0), planPurchases: () => Promise.reject(new Error("a record cannot be read")) };
  await watchBalance(main, readingOf(9_000, 0), stage.process(0));
  await watchBalance({ ...main, id: "second" }, readingOf(9_000, 0), blind);
  await watchBalance({ ...main, id: "warned" }, readingOf(9_000, 0), { ...stage.process(0), minimumBlocks: false });

  expect(await stage.values()).toMatchObject([
    { account: "main", available: "90.00", runwayDays: 10, exhaustedOn: "2026-12-02", plannedUntil: "2027-02-20" },
    { account: "second", available: "90.00", runwayDays: null, exhaustedOn: null, plannedUntil: null },
    { account: "warned", available: "90.00", runwayDays: null, exhaustedOn: null, plannedUntil: "2027-02-20" },
  ]);
  await stage.close();
});

function connection(): RedisClient {
  const redis = connectRedis(inject("redisUrl"), "never-give-up", () => undefined);
  onTestFinished(() => redis.disconnect());
  return redis;
}

/** Processes that share a prefix; each speaks over one of the connections. */
function staged(connections: readonly RedisClient[], changes: Partial<WatchNeeds> = {}) {
  const keys = keysUnder(`{t-${randomUUID().slice(0, 13)}}`);
  const all = connections.map((redis) => ({ redis, queues: openQueues(redis, keys.prefix, () => undefined) }));
  const [first] = all;
  if (!first) throw new Error("a stage needs a connection");
  const waiting = async () => (await first.queues.all.notify.getJobs(["waiting"], 0, -1, true)).map(({ data }) => data);
  return {
    process(n: number): WatchNeeds {
      const { redis, queues } = all[n % all.length] ?? first;
      return {
        ...{
          redis,
          keys,
          enqueue: queues.enqueue,
          log: pino({ level: "silent" }),
          restoredMargin: "20%",
          minimumBlocks: true,
        },
        planPurchases: async () => ({ until: "2027-02-20", of: () => ({ reserved: "0.00", planned: [] }) }),
        ...changes,
      };
    },
    /** In the order of their turns, as `template number: available`. */
    async sent(): Promise<string[]> {
      const mails = (await waiting()).map(({ key, template, values }) => {
        expect(key).toMatch(new RegExp(`^main:${template}:\\d+$`));
        return { number: Number(key.split(":")[2]), template, available: values.available };
      });
      mails.sort((a, b) => a.number - b.number);
      return mails.map(({ number, template, available }) => `${template} ${number}: ${available}`);
    },
    values: async () => (await waiting()).map(({ values }) => values),
    close: () => Promise.all(all.map(({ queues }) => queues.close())),
  };
}

/** Two polls a day. */
function readingOf(cents: number, poll: number) {
  const size = Math.abs(cents);
  const amount = `${cents < 0 ? "-" : ""}${Math.floor(size / 100)}.${String(size % 100).padStart(2, "0")}`;
  return { available: amount, balance: amount, at: new Date(START_MS + (poll * DAY_MS) / 2).toISOString() };
}

/** Told by hand, in cents: what one person would write who looks at the readings in their order. */
function expected(readings: readonly { available: string }[], margin: string): string[] {
  const back = 10_000 + (margin === "20%" ? 2_000 : margin === "7.50" ? 750 : 0);
  const told: string[] = [];
  for (const { available } of readings) {
    const cents = Math.round(Number(available) * 100);
    const isLow = told.length % 2 === 1;
    if (!isLow && cents < 10_000) told.push(`low-balance ${told.length + 1}: ${available}`);
    if (isLow && cents >= back) told.push(`balance-restored ${told.length + 1}: ${available}`);
  }
  return told;
}
