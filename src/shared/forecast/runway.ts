// How long an account's money lasts: its balance against what is ordered and what is planned. Pure; amounts are exact.
import { DAY_MS } from "../base/dates.ts";
import { compareMoney, type Money, sumMoney } from "../base/money.ts";

export interface Runway {
  /** The price of orders that are accepted and not bought yet. */
  reserved: Money;
  /** UTC date of the first purchase after which less than must stay would be left; null when all of them are paid. */
  exhaustedOn: string | null;
  /** From today until then, 0 for today; null as above. */
  days: number | null;
}

export interface Spending {
  reserved: Money;
  /** Purchases to come, by UTC date. */
  planned: readonly { date: string; cost: Money }[];
}

/**
 * What `stays` is not spent (`mustStay`); what is reserved may be bought `today` (a UTC date), and planned days that
 * are behind count as today.
 */
export function runwayOf(
  { available, stays, today }: { available: Money; stays: Money; today: string },
  { reserved, planned }: Spending,
): Runway {
  const now = compareMoney(reserved, "0.00") > 0 ? [{ date: today, cost: reserved }] : [];
  let needed = stays;
  for (const { date, cost } of [...now, ...planned].sort((a, b) => (a.date < b.date ? -1 : 1))) {
    needed = sumMoney([needed, cost]);
    if (compareMoney(available, needed) >= 0) continue;
    const exhaustedOn = date > today ? date : today;
    return { reserved, exhaustedOn, days: Math.round((Date.parse(exhaustedOn) - Date.parse(today)) / DAY_MS) };
  }
  return { reserved, exhaustedOn: null, days: null };
}
