// What was paid for and what was bought: the paid term counts from the purchase, a bought term as its family of
// products counts it.
import { DAY_MS, plusYears } from "../base/dates.ts";

/** One purchase at eNom: when, and for how many years. */
export interface Term {
  at: Date;
  years: number;
}

/** How a family of products is bought again (eNom's help pages on renewing). */
export interface RenewalRule {
  /** Days before the end from which the next term may be bought. */
  windowDays: number;
  /** Whether days that are left are added to the next term; else they are lost. */
  carriesOver: boolean;
}

/**
 * End of the paid term: the day of the first purchase, so many years later, clamped to the month's last. Null before
 * it.
 */
export function paidEnd(terms: readonly Term[], years: number): Date | null {
  const [first] = terms;
  return first ? plusYears(first.at, years) : null;
}

/** End of what was bought so far. Always added to the purchase that began the chain: 29 February does not drift. */
export function boughtEnd(terms: readonly Term[], { windowDays, carriesOver }: RenewalRule): Date | null {
  let start: Date | null = null;
  let years = 0;
  let end: Date | null = null;
  for (const term of terms) {
    const left: number = end === null ? -1 : end.getTime() - term.at.getTime();
    const joins: boolean = carriesOver && start !== null && left >= 0 && left <= windowDays * DAY_MS;
    years = joins ? years + term.years : term.years;
    start = joins && start ? start : term.at;
    end = plusYears(start, years);
  }
  return end;
}

/**
 * Years that the next purchase should have: the longest term sold, up to what remains (a begun year counts whole);
 * where nothing so short is sold, the shortest.
 * @throws RangeError nothing is sold
 */
export function yearsToBuy(sold: readonly number[], remaining: number): number {
  const fitting = sold.filter((years) => years <= remaining);
  const years = fitting.length > 0 ? Math.max(...fitting) : Math.min(...sold);
  if (!Number.isFinite(years)) throw new RangeError("no term is sold");
  return years;
}

/**
 * Years of the paid term that are still to be bought: all of them at first; then from where the next term begins, a
 * begun one counted whole, unless fewer than `giveUpDays` of it are left.
 */
export function yearsLeft(
  { terms, years, rule }: { terms: readonly Term[]; years: number; rule: RenewalRule },
  now: Date,
  giveUpDays = 0,
): number {
  const paid = paidEnd(terms, years);
  const bought = boughtEnd(terms, rule);
  if (!paid || !bought) return years;
  const wanted = new Date(paid.getTime() - giveUpDays * DAY_MS);
  return Math.max(1, yearsBetween(rule.carriesOver && bought > now ? bought : now, wanted));
}

/** Days of the paid term behind what was bought, by UTC dates: what one more purchase would cover. Never below 0. */
export function daysUncovered({ paid, bought }: { paid: Date; bought: Date }): number {
  return Math.max(0, Math.floor(paid.getTime() / DAY_MS) - Math.floor(bought.getTime() / DAY_MS));
}

/** Years from one time to another, a begun one counted whole: what a purchase at `from` must last for. */
export function yearsBetween(from: Date, to: Date): number {
  let years = 0;
  while (plusYears(from, years) < to) years++;
  return years;
}
