// The clock that a fleet lives by: Redis' time, which all its processes see alike, carried on between two looks by the
// monotonic clock of the machine. What the wall clock of a machine shows, and whether somebody sets it, changes nothing.
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Clock, systemClock } from "../base/clock.ts";
import type { RedisClient } from "./client.ts";
import type { Keys } from "./keys.ts";
import { defineScript, runScript } from "./script.ts";

const READ_TIME = defineScript(join(import.meta.dirname, "lua/read-time.lua"), { keys: ["processes"], args: [] });

const LOOK_EVERY_MS = 2_000;
/** Nobody waits longer for the first look: a Redis that is frozen leaves the machine's own time. */
const FIRST_LOOK_MS = 2_000;
/** A wall clock that moved so far against the monotonic one was set, or the machine slept: then one looks at once. */
const MOVED_MS = 1_000;

export interface FleetClockPlace {
  redis: RedisClient;
  keys: Pick<Keys, "processes">;
}

export interface FleetClock extends Clock {
  /** Looks now. Answers how many milliseconds the clock went forward by it (negative: back). @throws Error as Redis does */
  look(): Promise<number>;
  close(): void;
}

/** What a clock is measured with; other ones only in tests. */
export interface Meters {
  /** Milliseconds that never go back. */
  monotonic: () => number;
  /** The machine's own clock, in milliseconds. */
  wall: () => number;
}

const machine: Meters = { monotonic: () => performance.now(), wall: () => systemClock.now().getTime() };

/** Redis' time in milliseconds, at some moment between the question and its answer. */
export async function readRedisTime({ redis, keys }: FleetClockPlace): Promise<number> {
  return Number(await runScript(redis, READ_TIME, { keys: { processes: keys.processes }, args: {} }));
}

/**
 * Looks at Redis' time at once, and every two seconds. Until Redis has answered for the first time it shows the
 * machine's own time. @param everyMs 0: looks only when it is asked to
 */
export async function fleetClock(
  place: FleetClockPlace,
  { everyMs = LOOK_EVERY_MS, meters = machine }: { everyMs?: number; meters?: Meters } = {},
): Promise<FleetClock> {
  const { monotonic, wall } = meters;
  /** What is added to the monotonic clock; undefined: Redis never answered. */
  let ahead: number | undefined;
  /** How far the wall clock was ahead of the monotonic one at the last look. */
  let wallAhead = wall() - monotonic();
  let looking: Promise<number> | undefined;

  const lookOnce = async (): Promise<number> => {
    wallAhead = wall() - monotonic();
    const asked = monotonic();
    const told = await readRedisTime(place);
    const answered = monotonic();
    const before = ahead ?? wall() - answered;
    // Now it is `told` at the earliest, and at the latest that plus the whole way. A slow answer says less, and never
    // something wrong: what fits stays, and the clock moves no further than it must, above all not back.
    const [earliest, latest] = [told - answered, told - asked];
    ahead = ahead === undefined ? (earliest + latest) / 2 : Math.min(Math.max(ahead, earliest), latest);
    return ahead - before;
  };
  const look = (): Promise<number> => {
    looking ??= lookOnce().finally(() => {
      looking = undefined;
    });
    return looking;
  };
  /** Redis that is away is told by its connection. */
  const quietly = (): Promise<unknown> => look().catch(() => undefined);

  await Promise.race([quietly(), pause(FIRST_LOOK_MS, undefined, { ref: false })]);
  const looks = everyMs > 0 ? setInterval(quietly, everyMs).unref() : undefined;
  return {
    now() {
      const at = monotonic();
      if (ahead === undefined) return new Date(wall());
      if (!looking && Math.abs(wall() - at - wallAhead) > MOVED_MS) void quietly();
      return new Date(Math.round(at + ahead));
    },
    look,
    close: () => clearInterval(looks),
  };
}
