// The last purchase of a paid term, where it is made for a few days only: how many purchases there are, what the last
// one covers, and its price.
import { daysBetween } from "../base/dates.ts";
import { type Money, partOfMoney } from "../base/money.ts";
import { type Subscription, shareOf } from "../subscription/due.ts";
import type { HeldPolicy } from "../subscription/policy.ts";
import { boughtEnd, daysUncovered, paidEnd, type RenewalRule, type Term } from "../subscription/term.ts";
import { lifeOf } from "./life.ts";

export interface Remainder {
  /** Of the whole paid term, the last one included. */
  purchases: number;
  /** Days of the paid term that only the last purchase covers. */
  lastCoversDays: number;
  /** Of the last purchase; null where no account tells. */
  price: Money | null;
}

/** What a product costs: `price` is of so many years. `years`: the terms that are sold; empty where nobody says. */
interface Offer {
  years: readonly number[];
  price: Money;
  perYears: number;
}

/** So many days may be bought beyond the paid term without a word: a purchase that was made late reaches so far. */
const SURPLUS_DAYS = 30;

/** What the purchase that comes behind these terms is made for, where it is the last and much of it is not needed. */
export function remainderAfter(
  { terms, years, rule }: { terms: readonly Term[]; years: number; rule: RenewalRule },
  next: Term,
  offer: Offer | undefined,
): Remainder | null {
  const paid = paidEnd(terms, years);
  const bought = boughtEnd(terms, rule);
  const then = boughtEnd([...terms, next], rule);
  if (!paid || !bought || !then || daysBetween(paid, then) <= SURPLUS_DAYS) return null;
  const price = offer ? partOfMoney(offer.price, next.years, offer.perYears) : null;
  return { purchases: terms.length + 1, lastCoversDays: daysUncovered({ paid, bought }), price };
}

/**
 * The remainder of an order that is bought at `at`, by the schedule that production runs: for a dry run. Null where no
 * purchase is made for a part of its term only, and where people buy the terms (`manual`, `none`).
 */
export function remainderOfOrder(
  order: { reference: string; years: number },
  { at, rule, policy, offer }: { at: Date; rule: RenewalRule; policy: HeldPolicy; offer: Offer | undefined },
): Remainder | null {
  if (policy.mode !== "auto") return null;
  const subscription: Subscription = {
    ...{ share: shareOf(order.reference), years: order.years, rule, terms: [], issue: null },
    ...{ isBusy: false, actedOn: null, reminded: null, toldOfRenewal: 0 },
  };
  const sold = offer && offer.years.length > 0 ? offer.years : [1];
  const terms: Term[] = [];
  for (const event of lifeOf({ at, subscription, validated: null, first: "purchase" }, policy, { sold })) {
    if (event.kind !== "purchase") continue;
    const found = remainderAfter({ terms, years: order.years, rule }, { at: event.at, years: event.years }, offer);
    if (found) return found;
    terms.push({ at: event.at, years: event.years });
  }
  return null;
}

/** In one sentence, for people. */
export function remainderText({ purchases, lastCoversDays, price }: Remainder, currency: string): string {
  const cost = price === null ? "" : `, for ${price} ${currency}`;
  const days = `${lastCoversDays} ${lastCoversDays === 1 ? "day" : "days"}`;
  return `${purchases} purchases, because days are lost at each early renewal; the last one covers ${days} of the paid term${cost}.`;
}
