// What each account will have to pay in the coming 90 days: orders that wait to be bought, and the terms that the
// policy will buy.

import { fits, inTurn } from "../account/fitting-accounts.ts";
import { mustStay } from "../account/minimum-balance.ts";
import type { AccountRecord } from "../account/records.ts";
import { plusDays, utcDate } from "../base/dates.ts";
import { compareMoney, type Money, sumMoney } from "../base/money.ts";
import type { Certificate } from "../certificate/certificate.ts";
import { everyCertificate, type Fleet, pricesFrom } from "./fleet-forecast.ts";
import { forecast, type PricesOf } from "./forecast.ts";
import type { Spending } from "./runway.ts";

const NOTHING: Money = "0.00";
const AHEAD_DAYS = 90;

export interface SpendingPlan {
  /** UTC date; the plan looks no further. */
  until: string;
  of: (account: string) => Spending;
}

/** Of one account. */
interface Costs {
  account: AccountRecord;
  reserved: Money;
  byDay: Map<string, Money>;
}

/** What a certificate will cost an account: now, for an order that waits to be bought, and later, by UTC date. */
interface Bill {
  now: Money;
  later: [date: string, cost: Money][];
}

/**
 * Reads every certificate of the fleet once, in the order of acceptance. What nobody tells the price of costs nothing
 * here. An order that was begun nowhere is reserved on the first account that fits it and can still pay it, else on the
 * first that fits.
 * @throws Unavailable the signal ended it
 */
export async function planPurchases(fleet: Fleet): Promise<SpendingPlan> {
  const { accounts, clock } = fleet;
  const from = clock.now();
  const until = utcDate(plusDays(from, AHEAD_DAYS));
  const pricesOf = await pricesFrom(accounts);
  const known = (await accounts.all()).sort(inTurn);
  const all = known.map((account): Costs => ({ account, reserved: NOTHING, byDay: new Map() }));
  for await (const certificate of everyCertificate(fleet, from)) {
    const payers = payersOf(certificate, all, pricesOf);
    const paid = await firstThatPays(payers, ({ account }) =>
      billOf(certificate, account, { ...fleet, pricesOf, from, until }),
    );
    if (paid) count(...paid);
  }
  return { until, of: (id) => spendingOf(all.find(({ account }) => account.id === id)) };
}

/**
 * In their turn. What was begun on an account stays there; everything else may go to each that fits and knows the
 * price.
 */
function payersOf(certificate: Certificate, all: readonly Costs[], pricesOf: PricesOf): Costs[] {
  const { order, record, attempt, term } = certificate;
  const isBegun = attempt > 0 || term > 1 || !isToBeBought(certificate);
  if (isBegun && record.account !== null) return all.filter(({ account }) => account.id === record.account);
  return all.filter(({ account }) => fits(account, order) && pricesOf(account.id, order.product) !== undefined);
}

/**
 * Where nobody can pay it is the first one's: there it shows as a runway of 0. Mostly the first pays, and no other is
 * calculated.
 */
async function firstThatPays(
  payers: readonly Costs[],
  billOn: (payer: Costs) => Promise<Bill>,
): Promise<[Costs, Bill] | undefined> {
  let first: [Costs, Bill] | undefined;
  for (const payer of payers) {
    const bill = await billOn(payer);
    if (canPay(payer, bill.now)) return [payer, bill];
    first ??= [payer, bill];
  }
  return first;
}

/** Beside what is reserved there already. An account whose balance was never read is taken to be able. */
function canPay({ account, reserved }: Costs, cost: Money): boolean {
  if (!account.purchases) return false;
  if (!account.balance) return true;
  return compareMoney(account.balance.available, sumMoney([reserved, cost, mustStay(account)])) >= 0;
}

/** At the account's prices, by the schedule that production runs. */
async function billOf(
  certificate: Certificate,
  { id, currency }: AccountRecord,
  { from, until, pricesOf, ...fleet }: Fleet & { pricesOf: PricesOf; from: Date; until: string },
): Promise<Bill> {
  const asked = { from, years: 1, by: "day", instead: {}, isOne: true } as const;
  const prices: PricesOf = (_account, service) => pricesOf(id, service);
  const { policies } = await forecast([certificate], asked, { ...fleet, pricesOf: prices });
  const bill: Bill = { now: NOTHING, later: [] };
  for (const { from: day, cost } of policies[0]?.rows ?? []) {
    const amount = cost[currency];
    if (amount === undefined || day > until) continue;
    if (isToBeBought(certificate) && day === utcDate(from)) bill.now = amount;
    else bill.later.push([day, amount]);
  }
  return bill;
}

function count(costs: Costs, { now, later }: Bill): void {
  costs.reserved = sumMoney([costs.reserved, now]);
  for (const [day, cost] of later) costs.byDay.set(day, sumMoney([costs.byDay.get(day) ?? NOTHING, cost]));
}

function spendingOf(costs: Costs | undefined): Spending {
  if (!costs) return { reserved: NOTHING, planned: [] };
  return { reserved: costs.reserved, planned: [...costs.byDay].map(([date, cost]) => ({ date, cost })) };
}

/** Accepted, or its next term begun, and no slot bought for it yet: the forecast has it bought at once. */
function isToBeBought({ certId, record }: Certificate): boolean {
  return certId === null && (record.issue === null || record.renewal !== null);
}
