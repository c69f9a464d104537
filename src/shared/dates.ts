// Calendar arithmetic in UTC: dates are `YYYY-MM-DD`, times RFC 3339.

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
