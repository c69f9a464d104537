// Calendar arithmetic in UTC: dates are `YYYY-MM-DD`, times RFC 3339.

export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** The UTC date of a time. */
export function utcDate(time: Date): string {
  return time.toISOString().slice(0, 10);
}

/** The same day so many years later; 29 February becomes the 28th where there is none. */
export function plusYears(time: Date, years: number): Date {
  const later = new Date(time);
  later.setUTCFullYear(time.getUTCFullYear() + years);
  if (later.getUTCMonth() !== time.getUTCMonth()) later.setUTCDate(0);
  return later;
}

export function plusDays(time: Date, days: number): Date {
  return new Date(time.getTime() + days * DAY_MS);
}

export function plusSeconds(time: Date, seconds: number): Date {
  return new Date(time.getTime() + seconds * 1_000);
}

/** Whole days from one time to another, rounded to the nearest: a certificate of 200 days less a second lives 200. */
export function daysBetween(from: Date, to: Date): number {
  return Math.round((to.getTime() - from.getTime()) / DAY_MS);
}

/** Whole seconds; never below 0, where two machines' clocks differ. `at`: RFC 3339. */
export function ageSeconds(at: string, now: Date): number {
  return Math.max(0, Math.floor((now.getTime() - Date.parse(at)) / 1_000));
}

/** `less than a minute`, `5 minutes`, `1 hour`, `3 days`: one unit, rounded down. */
export function ageText(seconds: number): string {
  if (seconds < 60) return "less than a minute";
  const [size, unit] = seconds < 3_600 ? [60, "minute"] : seconds < 2 * 86_400 ? [3_600, "hour"] : [86_400, "day"];
  const count = Math.floor(seconds / size);
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
