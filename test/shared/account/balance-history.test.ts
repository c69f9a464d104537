// Stories about the history of an account's balance.
import { randomUUID } from "node:crypto";
import { expect, inject, onTestFinished, test } from "vitest";
import { accountRecords } from "../../../src/shared/account/records.ts";
import { plusDays, plusSeconds } from "../../../src/shared/base/dates.ts";
import { connectRedis } from "../../../src/shared/redis/client.ts";
import { keysUnder } from "../../../src/shared/redis/keys.ts";

const NOW = new Date("2026-11-22T12:00:00.000Z");

test("Ninety days of readings are kept, newest first; older ones go with the next reading.", async () => {
  const { keep, history } = records();
  for (let days = 100; days >= 0; days--) await keep(`${days}.00`, plusDays(NOW, -days));

  const kept = await history();

  expect(kept).toHaveLength(91);
  expect([kept[0]?.available, kept.at(-1)?.available]).toEqual(["0.00", "90.00"]);
});

test("However often somebody asks, the history grows by one reading an hour, the last of it.", async () => {
  const { keep, history } = records();
  for (let minutes = 0; minutes < 180; minutes++) await keep(`${minutes}.00`, plusSeconds(NOW, minutes * 60));

  expect((await history()).map(({ available }) => available)).toEqual(["179.00", "119.00", "59.00"]);
});

test("A reading that comes behind a newer one, from another process, changes nothing.", async () => {
  const { keep, history, balance } = records();
  await keep("80.00", plusSeconds(NOW, 2));
  await keep("90.00", plusSeconds(NOW, 1));

  expect((await history()).map(({ available }) => available)).toEqual(["80.00"]);
  expect(await balance()).toBe("80.00");
});

function records() {
  const redis = connectRedis(inject("redisUrl"), "never-give-up", () => undefined);
  onTestFinished(() => redis.disconnect());
  const keys = keysUnder(`{t-${randomUUID().slice(0, 13)}}`);
  const { keepBalance, history } = accountRecords(redis, keys);
  return {
    keep: (available: string, at: Date) => keepBalance("main", { available, balance: available, at: at.toISOString() }),
    history: () => history("main"),
    balance: async () => JSON.parse((await redis.hget(keys.account("main"), "balance")) ?? "{}").available,
  };
}
