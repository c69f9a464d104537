// How many certificates and purchases a subscription takes, by the calendar alone. Written apart from the fleet's own
// rules on purpose: the pretence must not share their mistakes.
import { DAY_MS, plusYears } from "../../shared/base/dates.ts";

export interface Wanted {
  from: Date;
  years: number;
  /** The terms that the product is sold for. */
  sold: readonly number[];
  /** Days before an end on which the policy acts. */
  beforeDays: number;
}

/** Days that a certificate may live, by its day of issue, newest rule first. (CA/B Forum BR 6.3.2) */
const LIVES = [
  { from: Date.UTC(2029, 2, 15), days: 47 },
  { from: Date.UTC(2027, 2, 15), days: 100 },
  { from: Date.UTC(2026, 2, 15), days: 200 },
  { from: 0, days: 398 },
];

/**
 * Every certificate is replaced so many days before it ends, and every term is bought so many days before the last one
 * ends.
 */
export function expectedOf({ from, years, sold, beforeDays }: Wanted): { certificates: number; purchases: number } {
  const paidEnd = plusYears(from, years).getTime();
  const termFrom = (at: number): number => plusYears(new Date(at), termAt(new Date(at), paidEnd, sold)).getTime();
  let day = from.getTime();
  let termEnd = termFrom(day);
  for (let certificates = 1, purchases = 1; ; certificates++) {
    const end = Math.min(day + lifeMs(day), termEnd);
    if (end >= paidEnd) return { certificates, purchases };
    day = end - beforeDays * DAY_MS;
    if (end < termEnd) continue;
    purchases++;
    termEnd = termFrom(day);
  }
}

function lifeMs(day: number): number {
  return (LIVES.find(({ from }) => day >= from)?.days ?? 0) * DAY_MS;
}

/** The longest term sold that does not reach past the paid end by a whole year, else the shortest. */
function termAt(at: Date, paidEnd: number, sold: readonly number[]): number {
  const fitting = sold.filter((years) => plusYears(at, years - 1).getTime() < paidEnd);
  return fitting.length > 0 ? Math.max(...fitting) : Math.min(...sold);
}
