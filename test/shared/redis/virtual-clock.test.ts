// The sandbox's clock: one turns it, all its processes follow, and no real fleet can be made to.
import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import { expect, inject, onTestFinished, test, vi } from "vitest";
import { connectRedis } from "../../../src/shared/redis/client.ts";
import { setVirtualTime, virtualClock } from "../../../src/shared/redis/virtual-clock.ts";
import { startWorkers } from "../../../src/workers/main.ts";

const MONEY_DAY = new Date("2031-04-02T12:00:00Z");
const SECOND_MS = 1_000;
const soon = { timeout: 5_000, interval: 5 };

async function place() {
  const url = inject("redisUrl");
  const key = `{sandbox-t-${randomUUID()}}:clock`;
  const redis = connectRedis(url, "never-give-up", () => undefined) as Redis;
  onTestFinished(async () => {
    await redis.del(key);
    redis.disconnect();
  });
  const open = async () => {
    const clock = await virtualClock({ redis, access: { REDIS_URL: url }, key, news: { trouble: () => undefined } });
    onTestFinished(() => clock.close());
    return clock;
  };
  return { redis, key, open };
}

function distanceMs(a: Date, b: Date): number {
  return Math.abs(a.getTime() - b.getTime());
}

test("a clock that nobody turned shows the system's time", async () => {
  const { open } = await place();

  const clock = await open();

  expect(distanceMs(clock.now(), new Date())).toBeLessThan(SECOND_MS);
});

test("every process of a sandbox follows when one turns the clock, and one that starts later finds it turned", async () => {
  const { redis, key, open } = await place();
  const clocks = [await open(), await open()];

  await setVirtualTime(redis, key, MONEY_DAY);

  await vi.waitFor(() => {
    for (const clock of clocks) expect(distanceMs(clock.now(), MONEY_DAY)).toBeLessThan(SECOND_MS);
  }, soon);
  const later = await open();
  expect(distanceMs(later.now(), MONEY_DAY)).toBeLessThan(SECOND_MS);
});

test("a turned clock goes on by itself, and can be turned again", async () => {
  const { redis, key, open } = await place();
  const clock = await open();
  await setVirtualTime(redis, key, MONEY_DAY);
  await vi.waitFor(() => expect(clock.now() > MONEY_DAY).toBe(true), soon);

  const seen = clock.now();
  await vi.waitFor(() => expect(clock.now() > seen).toBe(true), soon);
  await setVirtualTime(redis, key, new Date("2026-04-02T12:00:00Z"));

  await vi.waitFor(() => expect(clock.now().getUTCFullYear()).toBe(2026), soon);
});

test("a clock whose connection was lost shows what was set meanwhile", async () => {
  const { redis, key, open } = await place();
  const listeners = async () =>
    [...String(await redis.client("LIST", "TYPE", "PUBSUB")).matchAll(/^id=(\d+)/gm)].map(([, id]) => Number(id));
  const before = await listeners();
  const clock = await open();
  const added = (await listeners()).filter((id) => !before.includes(id));

  // The offset is written without a push, as if the push had met a dead line.
  await redis.set(key, `${MONEY_DAY.getTime() - Date.now()}`);
  for (const id of added) await redis.client("KILL", "ID", id);

  await vi.waitFor(() => expect(distanceMs(clock.now(), MONEY_DAY)).toBeLessThan(5 * SECOND_MS), soon);
});

test("a fleet that is no sandbox refuses to start by a clock that can be turned", async () => {
  const env = { REDIS_URL: inject("redisUrl"), CERTFLEET_PREFIX: "{certfleet}", CERTFLEET_CLOCK: "virtual" };

  await expect(startWorkers(["notify"], env)).rejects.toThrow(/CERTFLEET_CLOCK: virtual works only in a sandbox/);
});
