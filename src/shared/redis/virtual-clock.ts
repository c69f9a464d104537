// The clock that a sandbox lives by: all its processes share one offset from the system's clock, so that one of them
// can turn years on.

import { type Clock, systemClock } from "../base/clock.ts";
import type { Lifecycle } from "../base/lifecycle.ts";
import { badSettings } from "../base/read-settings.ts";
import { accessTo, type RedisAccess } from "./access.ts";
import { connectRedis, type RedisClient, untilReady } from "./client.ts";
import type { News } from "./connection/watch.ts";

const READY_MS = 30_000;

export interface ClockPlace {
  redis: RedisClient;
  /** Of the same Redis: changes are heard on a connection of their own. */
  access: RedisAccess;
  /** Holds the offset in milliseconds (absent: none), and names the channel that pushes it. */
  key: string;
  /** Hears of connection trouble. */
  news: Pick<News, "trouble">;
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
  { life, ...place }: Omit<ClockPlace, "access"> & { life: Lifecycle },
): Promise<Clock> {
  if (settings.CERTFLEET_CLOCK === "system") return systemClock;
  const clock = await virtualClock({ ...place, access: accessTo(settings.REDIS_URL, settings) });
  life.add("clock", () => clock.close());
  return clock;
}

/**
 * Goes as fast as the system's clock, at the offset that all share. Every change is pushed; after a lost connection it
 * is read again.
 * @throws Unavailable Redis does not answer
 */
export async function virtualClock({ redis, access, key, news }: ClockPlace): Promise<Clock & { close(): void }> {
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
    now: () => new Date(systemClock.now().getTime() + offsetMs),
    close: () => subscriber.disconnect(),
  };
}

/** From now on it is `at` for everybody who lives by this key. */
export async function setVirtualTime(redis: RedisClient, key: string, at: Date): Promise<void> {
  const offset = `${at.getTime() - systemClock.now().getTime()}`;
  await redis.set(key, offset);
  await redis.publish(key, offset);
}
