// The clock port: everything that lets time decide asks this, so that the sandbox and the tests may replace it.

export interface Clock {
  now(): Date;
  /** Of a clock that can be turned: the one beneath it, which nobody turns. */
  readonly beneath?: Clock;
}

/** One machine's own clock. A fleet goes by `fleetClock` (`shared/redis/fleet-clock.ts`). */
export const systemClock: Clock = { now: () => new Date() };

/** The time that others have, too: of what receivers compare with their own clocks, and of the queues. */
export function realTime(clock: Clock): Clock {
  return clock.beneath ?? clock;
}

/** Whether it shows another time than everybody else has: only in a sandbox. */
export function canBeTurned(clock: Clock): boolean {
  return clock.beneath !== undefined;
}
