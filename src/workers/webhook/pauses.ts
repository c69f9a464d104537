// When a delivery that did not arrive is tried again, and when nobody tries any more.

/** 5 s, 30 s, 2 min, 10 min, 30 min, 1 h, 3 h, then every 6 h. */
const PAUSES = [5, 30, 120, 600, 1_800, 3_600, 10_800, 21_600];
/** So that what failed together does not come back together; the first time it comes when it is said to. */
const JITTER = 0.2;

const DAY_MS = 86_400_000;
/** An event is tried for so long, and an endpoint may be without success for so long. */
export const GIVE_UP_MS = 3 * DAY_MS;
const MOST_PROBE_MS = 3_600_000;
/** The longest pause that a receiver may ask for. */
const MOST_ASKED_MS = 6 * 3_600_000;

/**
 * So many failures in a row are the endpoint's, not those of single events. More than are delivered side by side: a
 * receiver may fail quickly and succeed slowly.
 */
export const SICK_AFTER = 10;
/** With the pause behind so many tries at most it begins to be tried by one event at a time. */
export const SICK_FROM = 3;
/** An endpoint that fails is tried with an order that it has not seen once in so long at most. */
export const REST_MS = 60_000;

/** Milliseconds until the next try after so many. `chance`: 0 to 1. */
export function pauseMs(tries: number, chance: number): number {
  const seconds = PAUSES[Math.min(tries, PAUSES.length) - 1] ?? 5;
  const more = tries <= 1 ? 0 : seconds * JITTER * chance;
  return Math.round((seconds + more) * 1_000);
}

/** The same of an endpoint that fails everything: one request an hour tells soon enough that it is well again. */
export function probePauseMs(probes: number, chance: number): number {
  return Math.min(pauseMs(probes, chance), MOST_PROBE_MS);
}

/** What a receiver asks for by Retry-After (RFC 9110, 10.2.3), within bounds; undefined where it does not, or nobody can read it. */
export function askedPauseMs(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d{1,9}$/.test(header.trim()) ? Number(header) * 1_000 : Date.parse(header) - now.getTime();
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), MOST_ASKED_MS);
}
