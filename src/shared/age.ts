// How old something is, for whoever must know how far to trust it.

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
