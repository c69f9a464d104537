// What each account will have to pay in the coming 90 days: orders that wait to be bought, and the terms that the policy will buy.
import type { AccountRecord } from "./account-records.ts";
import type { Certificate } from "./certificate.ts";
import { plusDays, utcDate } from "./dates.ts";
import { compareMoney, type Money, sumMoney } from "./money.ts";
import type { Spending } from "./runway.ts";
import { everyCertificate, type Fleet, pricesFrom } from "./subscription/fleet-forecast.ts";
import { forecast, type PricesOf } from "./subscription/forecast.ts";

const NOTHING: Money = "0.00";
const AHEAD_DAYS = 90;

export interface SpendingPlan {
  /** UTC date; the plan looks no further. */
  until: string;
  of: (account: string) => Spending;
}

/** Of one account. */
interface Costs {
  currency: string;
  reserved: Money;
  byDay: Map<string, Money>;
}

/**
 * Reads every certificate of the fleet once. What nobody tells the price of costs nothing here. An order without an account yet
 * is reserved on the first that may buy it.
 * @throws Unavailable the signal ended it
 */
export async function planPurchases(fleet: Fleet): Promise<SpendingPlan> {
  const { certificates, accounts, clock } = fleet;
  const from = clock.now();
  const until = utcDate(plusDays(from, AHEAD_DAYS));
  const known = await accounts.all();
  const pricesOf = await pricesFrom(accounts);
  const all = new Map<string, Costs>();
  for (const { id, currency } of known) all.set(id, { currency, reserved: NOTHING, byDay: new Map() });
  for await (const certificate of everyCertificate(certificates, from)) {
    const payer = findPayer(certificate, known, pricesOf);
    const costs = all.get(payer ?? "");
    if (payer === undefined || !costs) continue;
    const asked = { from, years: 1, by: "day", instead: {}, isOne: true } as const;
    const prices: PricesOf = (_account, service) => pricesOf(payer, service);
    const { policies } = await forecast([certificate], asked, { ...fleet, pricesOf: prices });
    const rows = policies[0]?.rows.filter(({ from: day }) => day <= until) ?? [];
    for (const { from: day, cost } of rows) {
      const isReserved = isToBeBought(certificate) && day === utcDate(from);
      count(costs, isReserved ? undefined : day, cost[costs.currency] ?? NOTHING);
    }
  }
  return { until, of: (account) => spendingOf(all.get(account)) };
}

/** Without a day it is reserved. */
function count(costs: Costs, day: string | undefined, cost: Money): void {
  if (compareMoney(cost, NOTHING) === 0) return;
  if (day === undefined) costs.reserved = sumMoney([costs.reserved, cost]);
  else costs.byDay.set(day, sumMoney([costs.byDay.get(day) ?? NOTHING, cost]));
}

function spendingOf(costs: Costs | undefined): Spending {
  if (!costs) return { reserved: NOTHING, planned: [] };
  return { reserved: costs.reserved, planned: [...costs.byDay].map(([date, cost]) => ({ date, cost })) };
}

/** Accepted, or its next term begun, and no slot bought for it yet: the forecast has it bought at once. */
function isToBeBought({ certId, record }: Certificate): boolean {
  return certId === null && (record.issue === null || record.renewal !== null);
}

function findPayer(
  { order, record }: Certificate,
  accounts: readonly AccountRecord[],
  pricesOf: PricesOf,
): string | undefined {
  const bound = record.account ?? order.account;
  if (bound) return bound;
  const fits = ({ id, dataCenter, enabled, purchases }: AccountRecord): boolean =>
    enabled &&
    purchases &&
    (!order.dataCenter || !dataCenter || dataCenter === order.dataCenter) &&
    pricesOf(id, order.product) !== undefined;
  return accounts.find(fits)?.id;
}
