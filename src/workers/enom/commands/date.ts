// Reads and writes eNom's dates: American order, 12-hour clock, no zone, unless the account's switches say otherwise.
import type { EnomSwitches } from "../../../shared/enom/switches.ts";

const FORM = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?: (\d{1,2}):(\d{2}):(\d{2}) ([AP]M))?$/i;
/** Of the two other forms that a person may switch on: a 24-hour clock, too. */
const DAY_FIRST = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?: (\d{1,2}):(\d{2})(?::(\d{2}))?(?: ([AP]M))?)?$/i;
const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/i;

/** How the account's eNom writes dates (`enom.dates`). */
export type DateForm = EnomSwitches["dates"];

/**
 * `5/6/2025 9:08:07 AM` as `2025-05-06T09:08:07`, `5/6/2025` as `2025-05-06`: ISO 8601 local time, without a zone,
 * because eNom names none. Compare such times only with each other. 12 AM is midnight, 12 PM is noon. (eNom API, field
 * sizes, dates, numbers: CertGetCertDetail and GetOrderList show the time of day, CertGetCerts does not)
 * @throws SyntaxError for another form or a day that no calendar has.
 */
export function parseDate(text: string, form: DateForm = "month-first"): string {
  const parts = { "month-first": FORM, "day-first": DAY_FIRST, iso: ISO }[form].exec(text.trim());
  if (!parts) throw new SyntaxError("a date that cannot be read");
  const [year, month, day] = { "month-first": [3, 1, 2], "day-first": [3, 2, 1], iso: [1, 2, 3] }[form].map((at) =>
    Number(parts[at]),
  ) as [number, number, number];
  if (year < 1900 || month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) {
    throw new SyntaxError("a date that no calendar has");
  }
  const date = `${year}-${two(month)}-${two(day)}`;
  if (parts[4] === undefined) return date;
  const half = parts[7]?.toUpperCase();
  const [hour, minute, second] = [Number(parts[4]), Number(parts[5]), Number(parts[6] ?? 0)];
  if (minute > 59 || second > 59 || hour > (half ? 12 : 23) || (half && hour < 1))
    throw new SyntaxError("a time that no clock shows");
  if (!half) return `${date}T${two(hour)}:${two(minute)}:${two(second)}`;
  return `${date}T${two((hour % 12) + (half === "PM" ? 12 : 0))}:${two(minute)}:${two(second)}`;
}

/**
 * `2025-05-06` as `05/06/2025`, the form of eNom's date parameters.
 * @throws RangeError for anything but `YYYY-MM-DD`
 */
export function writeDate(date: string): string {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date) ?? [];
  if (!year) throw new RangeError("a date is written YYYY-MM-DD");
  return `${month}/${day}/${year}`;
}

/** Day 0 of the next month is the last of this one. */
function daysOf(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
