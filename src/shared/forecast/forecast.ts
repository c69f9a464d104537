// What the policy will have the fleet, the owners and the money do: every certificate's life, by the schedule that
// production runs, counted.

import { setImmediate as breathe } from "node:timers/promises";
import { daysBetween, plusYears, utcDate } from "../base/dates.ts";
import { Unavailable } from "../base/errors.ts";
import { type Money, partOfMoney } from "../base/money.ts";
import { type Certificate, policyOf, subscriptionOf } from "../certificate/certificate.ts";
import { heldUntil } from "../certificate/imported/origin.ts";
import type { Subscription } from "../subscription/due.ts";
import { limitsAt } from "../subscription/limits.ts";
import type { HeldPolicy, Policy, PolicyFor } from "../subscription/policy.ts";
import { type Beginning, lifeOf } from "./life.ts";
import { type Remainder, remainderAfter } from "./remainder.ts";
import { type Counts, type Period, type Row, type Tally, tallyBy } from "./tally.ts";

export interface Asked {
  from: Date;
  years: number;
  by: Period;
  /** Compared with the policy as it is, where it says anything. */
  instead: Partial<Policy>;
  /** Of one certificate: `instead` holds for it even where it names a policy of its own. */
  isOne: boolean;
}

/** What a product costs on an account; undefined where no account tells. */
export type PricesOf = (account: string | null, service: string) => Prices | undefined;

export interface Prices {
  /** The terms, in years, that may be bought at once; empty where nobody says. */
  years: readonly number[];
  /** Of so many years. */
  price: Money;
  perYears: number;
  currency: string;
}

export interface Forecast {
  /** UTC dates. */
  from: string;
  to: string;
  by: Period;
  certificates: number;
  /** Orders that are over (cancelled or refused), and certificates that were taken in and are not adopted. */
  leftOut: number;
  /** With a policy of their own, which a comparison leaves as it is. */
  ownPolicy: number;
  /** Certificates whose next term nobody can tell the price of: their purchases are counted without cost. */
  unpriced: number;
  /** Of the one certificate that was asked of: its last purchase, where it is made for a part of its term only. */
  remainder?: Remainder | null;
  policies: ({ label: string } & Partial<Policy> & { totals: Counts; rows: Row[] })[];
}

/** So long does a forecast keep others of the process waiting. */
const BREATH_MS = 10;
/** A CA that gave fewer days than that was cut by the end of the term, not by its habits. */
const HABIT_DAYS = 5;

/**
 * Of what `certificates` yields, from `asked.from` on. What is under way, or not issued yet, is forecast as if done at
 * once.
 * @throws Unavailable the signal ended it
 */
export async function forecast(
  certificates: AsyncIterable<Certificate> | Iterable<Certificate>,
  asked: Asked,
  { policyFor, pricesOf, signal }: { policyFor: PolicyFor; pricesOf: PricesOf; signal?: AbortSignal | undefined },
): Promise<Forecast> {
  const { from, by, instead, isOne } = asked;
  const to = plusYears(from, asked.years);
  const changes = Object.keys(instead).length > 0 ? [{}, instead] : [{}];
  const tallies = changes.map((change: Partial<Policy>) => ({ change, tally: tallyBy(by) }));
  const seen = { certificates: 0, leftOut: 0, ownPolicy: 0, unpriced: 0 };
  let remainder: Remainder | null = null;
  let since = performance.now();
  for await (const certificate of certificates) {
    if (signal?.aborted) throw new Unavailable("The forecast was stopped: nobody waits for it any more.");
    const isOver = certificate.state === "CANCELLED" || certificate.state === "REFUSED";
    if (isOver || heldUntil(certificate.record) === "adoption") {
      seen.leftOut++;
      continue;
    }
    seen.certificates++;
    const policy = policyOf(certificate, policyFor);
    const keeps = policy.source === "certificate" && !isOne;
    if (keeps) seen.ownPolicy++;
    const prices = pricesOf(certificate.record.account, certificate.order.product) ?? pricesOfPlan(certificate);
    const lives = tallies.map(({ change, tally }) => {
      // An order's own half of a policy stays; the other half is the fleet's, and is changed with it.
      const changed = (service: string) => ({ ...policyFor(service), ...change });
      const held = keeps ? policyOf(certificate, changed) : { ...policy, ...change };
      return countLife(beginningOf(certificate, from), { policy: held, prices, to }, tally);
    });
    if (isOne) remainder = lives[0]?.remainder ?? null;
    if (lives.some(({ isUnpriced }) => isUnpriced)) seen.unpriced++;
    if (performance.now() - since < BREATH_MS) continue;
    await breathe();
    since = performance.now();
  }
  const policies = tallies.map(({ change, tally }) => ({ label: labelOf(change), ...change, ...tally.result() }));
  return { from: utcDate(from), to: utcDate(to), by, ...seen, ...(isOne && { remainder }), policies };
}

/** Counts what happens until `to`. */
function countLife(
  beginning: Beginning,
  { policy, prices, to }: { policy: HeldPolicy; prices: Prices | undefined; to: Date },
  tally: Tally,
): { isUnpriced: boolean; remainder: Remainder | null } {
  const sold = prices && prices.years.length > 0 ? prices.years : [1];
  const daysBelow = habitOf(beginning.subscription.issue);
  const { rule, years } = beginning.subscription;
  const terms = [...beginning.subscription.terms];
  let isUnpriced = false;
  let remainder: Remainder | null = null;
  for (const event of lifeOf(beginning, policy, { sold, daysBelow })) {
    const { kind, at } = event;
    if (at >= to) break;
    if (at < beginning.at || kind === "issue") continue;
    tally.count(at, `${kind}s`);
    if (kind !== "purchase") continue;
    remainder ??= remainderAfter({ terms, years, rule }, { at, years: event.years }, prices);
    terms.push({ at, years: event.years });
    if (prices)
      tally.spend(at, { amount: partOfMoney(prices.price, event.years, prices.perYears), currency: prices.currency });
    else isUnpriced = true;
  }
  return { isUnpriced, remainder };
}

/** What is under way is taken as done at once. */
export function beginningOf(certificate: Certificate, at: Date): Beginning {
  const { certId, record } = certificate;
  const { last } = record.validation;
  const validated = last && { method: last.method, at: new Date(last.at) };
  const beginning = { at, validated, subscription: subscriptionOf(certificate) };
  if (!record.issue || record.renewal) return { ...beginning, first: certId === null ? "purchase" : "issue" };
  return record.reissue ? { ...beginning, first: "reissue" } : beginning;
}

/** Days by which this CA stays below what was allowed, as its newest certificate shows. (BR 6.3.2: it should) */
function habitOf(issue: Subscription["issue"]): number {
  if (!issue) return 0;
  const below = limitsAt(issue.notBefore).validityDays - daysBetween(issue.notBefore, issue.notAfter);
  return below > 0 && below <= HABIT_DAYS ? below : 0;
}

/** Where no account says what is sold: as it was bought last, or a year at a time. */
function pricesOfPlan({ record: { plan } }: Certificate): Prices | undefined {
  return plan
    ? { years: [...new Set([1, plan.years])], price: plan.price, perYears: plan.years, currency: plan.currency }
    : undefined;
}

function labelOf({ mode, beforeDays }: Partial<Policy>): string {
  const days = beforeDays === undefined ? "" : `${beforeDays} ${beforeDays === 1 ? "day" : "days"} before`;
  return [mode, days].filter(Boolean).join(", ") || "as it is";
}
