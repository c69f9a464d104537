// For how long jobs have been due, and how many are overdue, whatever stands in front of them.
import { expect, test } from "vitest";
import { findDueJobs } from "../../../src/producers/waiting/due-jobs.ts";
import { world } from "../http/world.ts";

const NOW = Date.parse("2026-11-30T12:00:00Z");
const MINUTE = 60_000;
const at = { now: NOW, overdueAt: NOW - MINUTE };

/** Jobs as BullMQ keeps them, `ages` in ms by their numbers, in an order that has nothing to do with their age. */
async function waiting(ages: readonly number[], more: (id: number) => Record<string, string | number> = () => ({})) {
  const { redis, keys } = await world();
  const key = (...parts: (string | number)[]): string => keys.ofQueue("notify", ...parts);
  const put = redis.pipeline();
  for (const [i, age] of ages.entries()) {
    put.hset(key(i + 1), { timestamp: NOW - age, ...more(i + 1) });
    put.zadd(key("prioritized"), (i * 7_919) % 100_003, `${i + 1}`);
  }
  await put.exec();
  let asked = 0;
  const counted = new Proxy(redis, {
    get(target, name) {
      const value = Reflect.get(target, name, target) as unknown;
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        asked++;
        return (value as (...all: unknown[]) => unknown).apply(target, args);
      };
    },
  });
  return { redis, key, find: () => findDueJobs("notify", at, { redis: counted, keys }), asked: () => asked };
}

test("of thousands of mails in a fair order the oldest is found, and those over a minute old are counted, in a few questions", async () => {
  const ages = Array.from({ length: 5_000 }, (_, i) => 500_000 - i * 100); // the last is half a second old
  const { find, asked } = await waiting(ages);

  expect(await find()).toEqual({ oldestAt: NOW - 500_000, overdue: ages.filter((age) => age > MINUTE).length });
  expect(asked()).toBeLessThan(12);
});

test("a mail that was tried is due again when its next try is, so the oldest is one behind thousands that were tried", async () => {
  const tried = { processedOn: NOW - 15_000, atm: 1 }; // due again 5 s ago
  const ages = Array.from({ length: 3_000 }, (_, i) => 400_000 - i * 100);
  const { find } = await waiting(ages, (id) => (id <= 2_500 ? tried : {}));
  expect((await find()).oldestAt).toBe(NOW - (ages[2_500] ?? 0));

  const all = await waiting([400_000, 300_000], () => tried);
  expect((await all.find()).oldestAt).toBe(NOW - 5_000);
});

test("a delayed mail counts when its time is over, a job of a schedule by the time that it was made for, and one that is gone not at all", async () => {
  const { redis, key, find } = await waiting([]);
  expect(await find()).toEqual({ oldestAt: Number.POSITIVE_INFINITY, overdue: 0 });
  await redis.zadd(key("delayed"), (NOW + 1_000) * 4_096, "1");
  expect(await find()).toEqual({ oldestAt: Number.POSITIVE_INFINITY, overdue: 0 });
  const scheduled = `repeat:balance-main:${NOW - 2_000}`;
  await redis.lpush(key("wait"), scheduled, "gone", "17");
  await redis.hset(key(scheduled), "timestamp", NOW - 300_000);
  expect(await find()).toMatchObject({ oldestAt: NOW - 2_000 });
  await redis.zadd(key("delayed"), (NOW - 90_000) * 4_096 + 3, "2", (NOW - 30_000) * 4_096, "3");
  expect(await find()).toMatchObject({ oldestAt: NOW - 90_000 });
});
