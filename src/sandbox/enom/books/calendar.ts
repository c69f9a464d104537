// Dates as eNom writes and reads them: US order, 12-hour clock, no zone named; and the calendar months of a paid term.

export type Zone = "America/Los_Angeles" | "UTC";

const FORMATS: Readonly<Record<Zone, Intl.DateTimeFormat>> = {
  "America/Los_Angeles": formatIn("America/Los_Angeles"),
  UTC: formatIn("UTC"),
};

/** Made once a zone: making one costs a thousand times more than using it. */
function formatIn(timeZone: Zone): Intl.DateTimeFormat {
  const [year, month, day, hour] = ["numeric", "numeric", "numeric", "numeric"] as const;
  return new Intl.DateTimeFormat("en-US", {
    timeZone,
    year,
    month,
    day,
    hour,
    minute: "2-digit",
    second: "2-digit",
    hour12: true,
  });
}

/** `5/6/2025 9:08:07 AM`, as in all answers but the list of certificates. */
export function dateTime(at: Date, zone: Zone): string {
  const { hour, minute, second, dayPeriod } = parts(at, zone);
  return `${day(at, zone)} ${hour}:${minute}:${second} ${dayPeriod}`;
}

/** `5/6/2025`, as in the list of certificates. */
export function day(at: Date, zone: Zone): string {
  const { month, day, year } = parts(at, zone);
  return `${month}/${day}/${year}`;
}

/**
 * Whether an instant lies from the beginning of `first` up to the beginning of `last`, both `MM/DD/YYYY` in that zone;
 * an absent or unreadable one does not limit. A bare end date is midnight at its start, so the day it names stays
 * outside: what eNom does is not documented, and this choice hurts a careless client most.
 */
export function between(at: Date, first: string | undefined, last: string | undefined, zone: Zone): boolean {
  const today = dayNumber(day(at, zone)) ?? 0;
  return today >= (dayNumber(first) ?? 0) && today < (dayNumber(last) ?? Number.POSITIVE_INFINITY);
}

/** Calendar months later in UTC, the day clamped to the month's last: 31 January and 1 month is 28 or 29 February. */
export function monthsLater(at: Date, months: number): Date {
  const later = new Date(at);
  later.setUTCDate(1);
  later.setUTCMonth(later.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(later.getUTCFullYear(), later.getUTCMonth() + 1, 0)).getUTCDate();
  later.setUTCDate(Math.min(at.getUTCDate(), lastDay));
  return later;
}

/** A number that grows with the day, such as 20250506. */
function dayNumber(text: string | undefined): number | undefined {
  const date = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text ?? "");
  return date === null ? undefined : Number(date[3]) * 10_000 + Number(date[1]) * 100 + Number(date[2]);
}

function parts(at: Date, zone: Zone): Record<string, string> {
  return Object.fromEntries(FORMATS[zone].formatToParts(at).map((part) => [part.type, part.value]));
}
