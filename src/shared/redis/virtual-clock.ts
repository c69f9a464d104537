// The clock that a sandbox lives by: all its processes share one offset from the system's clock, so that one of them
// can turn years on.

import { type Clock, systemClock } from "../base/clock.ts";
import type { Lifecycle } from "../base/lifecycle.ts";
import { badSettings } from "../base/read-settings.ts";
import { connectRedis, type RedisClient, untilReady } from "./client.ts";

const READY_MS = 30_000;

export interface ClockPlace {
  redis: RedisClient;
  /** Of the same Redis: changes are heard on a connection of their own. */
  url: string;
  /** Holds the offset in milliseconds (absent: none), and names the channel that pushes it. */
  key: string;
  /** Hears of connection trouble. */
  onError: (error: Error) => void;
}

interface ClockSettings {
  CERTFLEET_CLOCK: "system" | "virtual";
  CERTFLEET_PREFIX: string;
  REDIS_URL: string;
}

/** @throws Error a clock that can be turned where real certificates may be bought */
export function checkClock({ CERTFLEET_CLOCK: clock, CERTFLEET_PREFIX: prefix }: ClockSettings): void {
  if (clock === "virtual" && !prefix.includes("sandbox"))
    throw badSettings(["CERTFLEET_CLOCK: virtual works only in a sandbox, with a CERTFLEET_PREFIX that says so"]);
}

/** The clock that a process is set to go by; it closes with the process. */
export async function openClock(
  { CERTFLEET_CLOCK: wanted, REDIS_URL: url }: ClockSettings,
  { life, ...place }: Omit<ClockPlace, "url"> & { life: Lifecycle },
): Promise<Clock> {
  if (wanted === "system") return systemClock;
  const clock = await virtualClock({ ...place, url });
  life.add("clock", () => clock.close());
  return clock;
}

/**
 * Goes as fast as the system's clock, at the offset that all share. Every change is pushed; after a lost connection it
 * is read again.
 * @throws Unavailable Redis does not answer
 */
export async function virtualClock({ redis, url, key, onError }: ClockPlace): Promise<Clock & { close(): void }> {
  let offsetMs = 0;
  let pushes = 0;
  const read = async (): Promise<void> => {
    const before = pushes;
    const kept = Number((await redis.get(key)) ?? 0);
    if (pushes === before) offsetMs = kept; // else what was pushed meanwhile is newer
  };
  const subscriber = connectRedis(url, "never-give-up", onError);
  subscriber.on("message", (_channel: string, pushed: string) => {
    offsetMs = Number(pushed);
    pushes++;
  });
  await untilReady(subscriber, READY_MS);
  await subscriber.subscribe(key);
  await read();
  subscriber.on("ready", () => void read().catch(onError));
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
