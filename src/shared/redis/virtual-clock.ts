// Which clock a process lives by: a fleet by Redis' time, a sandbox by one that all its processes share and that one of
// them can turn years on.

import { type Clock, systemClock } from "../base/clock.ts";
import type { Lifecycle } from "../base/lifecycle.ts";
import { badSettings } from "../base/read-settings.ts";
import { accessTo, type RedisAccess } from "./access.ts";
import { connectRedis, type RedisClient, untilReady } from "./client.ts";
import type { News } from "./connection/watch.ts";
import { fleetClock } from "./fleet-clock.ts";
import type { Keys } from "./keys.ts";

const READY_MS = 30_000;

export interface ClockPlace {
  redis: RedisClient;
  /** Of the same Redis: changes are heard on a connection of their own. */
  access: RedisAccess;
  /** Holds the offset in milliseconds (absent: none), and names the channel that pushes it. */
  key: string;
  /** Hears of connection trouble. */
  news: Pick<News, "trouble">;
  /** What the offset is added to; without it, the machine's own clock. */
  beneath?: Clock;
}

interface ClockSettings extends RedisAccess {
  CERTFLEET_CLOCK: "system" | "virtual";
  CERTFLEET_PREFIX: string;
}

/** @throws Error a clock that can be turned where real certificates may be bought */
export function checkClock({ CERTFLEET_CLOCK: clock, CERTFLEET_PREFIX: prefix }: ClockSettings): void {
  if (clock === "virtual" && !prefix.includes("sandbox"))
    throw badSettings(["CERTFLEET_CLOCK: virtual works only in a sandbox, with a CERTFLEET_PREFIX that says so"]);
}

/** The clock that a process is set to go by; it closes with the process. */
export async function openClock(
  settings: ClockSettings,
  { life, keys, redis, news }: Omit<ClockPlace, "access" | "key" | "beneath"> & { keys: Keys; life: Lifecycle },
): Promise<Clock> {
  const real = await fleetClock({ redis, keys });
  life.add("clock", () => real.close());
  if (settings.CERTFLEET_CLOCK === "system") return real;
  const access = accessTo(settings.REDIS_URL, settings);
  const clock = await virtualClock({ redis, news, access, key: keys.clock, beneath: real });
  life.add("virtual clock", () => clock.close());
  return clock;
}

/**
 * Goes as fast as the clock beneath it, at the offset that all share. Every change is pushed; after a lost connection it
 * is read again.
 * @throws Unavailable Redis does not answer
 */
export async function virtualClock({
  redis,
  access,
  key,
  news,
  beneath = systemClock,
}: ClockPlace): Promise<Clock & { close(): void }> {
  let offsetMs = 0;
  let pushes = 0;
  const read = async (): Promise<void> => {
    const before = pushes;
    const kept = Number((await redis.get(key)) ?? 0);
    if (pushes === before) offsetMs = kept; // else what was pushed meanwhile is newer
  };
  const subscriber = connectRedis(access, "never-give-up", { trouble: news.trouble });
  subscriber.on("message", (_channel: string, pushed: string) => {
    offsetMs = Number(pushed);
    pushes++;
  });
  await untilReady(subscriber, READY_MS);
  await subscriber.subscribe(key);
  await read();
  subscriber.on("ready", () => void read().catch(news.trouble));
  return {
    now: () => new Date(beneath.now().getTime() + offsetMs),
    beneath,
    close: () => subscriber.disconnect(),
  };
}

/** From now on it is `at` for everybody who lives by this key. */
export async function setVirtualTime(redis: RedisClient, key: string, at: Date): Promise<void> {
  const offset = `${at.getTime() - systemClock.now().getTime()}`;
  await redis.set(key, offset);
  await redis.publish(key, offset);
}
