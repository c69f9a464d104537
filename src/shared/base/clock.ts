// The clock port: everything that lets time decide asks this, so that the sandbox and the tests may replace it.

export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };
