// The fleet's clock: Redis' time, whatever the machine's own clock shows.
import { expect, inject, test } from "vitest";
import { connectRedis, type RedisClient } from "../../../src/shared/redis/client.ts";
import { fleetClock, readRedisTime } from "../../../src/shared/redis/fleet-clock.ts";
import { keysUnder } from "../../../src/shared/redis/keys.ts";

const NOON = Date.parse("2026-11-30T12:00:00Z");
const QUARTER_MS = 900_000;

/** A machine and a Redis whose clocks and ways a test sets. */
function machine() {
  const m = { mono: 5_000, wallAhead: NOON - 5_000, redisAhead: NOON - 5_000, wayMs: [0, 0], isAway: false, asked: 0 };
  const command = async (): Promise<string> => {
    m.asked++;
    if (m.isAway) throw new Error("Connection is closed.");
    m.mono += m.wayMs[0] ?? 0;
    const told = m.mono + m.redisAhead;
    m.mono += m.wayMs[1] ?? 0;
    return `${told}`;
  };
  const redis = { "certfleet:read-time": command } as unknown as RedisClient;
  const meters = { monotonic: () => m.mono, wall: () => m.mono + m.wallAhead };
  const open = () => fleetClock({ redis, keys: { processes: "p" } }, { everyMs: 0, meters });
  return Object.assign(m, { open });
}

test.each([
  ["ahead", QUARTER_MS],
  ["behind", -QUARTER_MS],
])("a machine whose clock is 15 minutes %s shows Redis' time, and goes on by itself", async (_way, ms) => {
  const m = machine();
  m.wallAhead += ms;

  const clock = await m.open();
  m.mono += 1_234;

  expect(clock.now().getTime()).toBe(NOON + 1_234);
});

test("a wall clock that is set under way changes nothing, and has Redis asked at once", async () => {
  const m = machine();
  const clock = await m.open();
  const asked = m.asked;

  m.wallAhead += QUARTER_MS;
  const shown = clock.now().getTime();

  expect(shown).toBe(NOON);
  expect(m.asked).toBe(asked + 1);
});

test("a machine that slept is right again with the next look", async () => {
  const m = machine();
  const clock = await m.open();

  m.redisAhead += 3_600_000; // the monotonic clock stood still meanwhile
  m.wallAhead += 3_600_000;
  await clock.look();

  expect(clock.now().getTime()).toBe(NOON + 3_600_000);
});

test("a slow answer moves the clock no further than it must, and never back for its slowness alone", async () => {
  const m = machine();
  const clock = await m.open();

  m.wayMs = [4_000, 0];
  expect(await clock.look()).toBe(0);
  m.wayMs = [0, 4_000];
  expect(await clock.look()).toBe(0);

  expect(clock.now().getTime()).toBe(NOON + 8_000);
});

test("it follows a Redis that was put back, and tells by how much", async () => {
  const m = machine();
  const clock = await m.open();

  m.redisAhead -= QUARTER_MS;

  expect(await clock.look()).toBe(-QUARTER_MS);
  expect(clock.now().getTime()).toBe(NOON - QUARTER_MS);
});

test("only until Redis has answered for the first time the machine's own clock counts; lost later, nothing changes", async () => {
  const m = machine();
  m.wallAhead += QUARTER_MS;
  m.isAway = true;
  const clock = await m.open();
  expect(clock.now().getTime()).toBe(NOON + QUARTER_MS);

  m.isAway = false;
  await clock.look();
  m.isAway = true;
  await expect(clock.look()).rejects.toThrow("closed");

  expect(clock.now().getTime()).toBe(NOON);
});

test("Redis tells its time by the key of the fleet, which a cluster finds on one server", async () => {
  const redis = connectRedis(inject("redisUrl"), "never-give-up", () => undefined);
  const told = await readRedisTime({ redis, keys: keysUnder("{sandbox-t-time}") }).finally(() => redis.disconnect());

  expect(Math.abs(told - Date.now())).toBeLessThan(60_000);
});
