// A dry run: what would become of an order, by the checks that accept it and the prices that workers read; nothing is kept.

import { fits, inTurn } from "../account/fitting-accounts.ts";
import { mustStay } from "../account/minimum-balance.ts";
import type { AccountRecord, AccountRecords, Offer } from "../account/records.ts";
import type { Fault } from "../base/fault.ts";
import { compareMoney, type Money, sumMoney, timesMoney } from "../base/money.ts";
import { type Normalised, type Order, orderDigest } from "../certificate/order.ts";
import { getProduct } from "../certificate/products.ts";
import { type Remainder, remainderOfOrder } from "../forecast/remainder.ts";
import type { Warning } from "../intake/rules.ts";
import { giveUpDaysOf, type PolicyFor } from "../subscription/policy.ts";
import { yearsToBuy } from "../subscription/term.ts";
import { type AcceptanceNeeds, checkOrder } from "./accept-order.ts";

export interface Rehearsal {
  valid: true;
  normalised: Normalised[];
  /** Its service code. */
  product: string;
  names: string[];
  /** Of the first purchase, decimal; null while nobody knows it. */
  price: Money | null;
  currency: string | null;
  /** The account that would be asked first. */
  account: string | null;
  warnings: Warning[];
  /** Its last purchase, where it is made for a part of its term only; null where there is none. */
  remainder: Remainder | null;
}

export interface RehearsalNeeds extends AcceptanceNeeds {
  accounts: Pick<AccountRecords, "all" | "catalogue">;
  /** The policy of an order that names none. */
  policyFor: PolicyFor;
}

/**
 * Answers as `acceptOrder` would, and keeps nothing. `conflict`: the reference belongs to another order.
 * @throws what Redis throws, and what `admit` does
 */
export async function rehearseOrder(
  body: unknown,
  needs: RehearsalNeeds,
): Promise<{ faults: Fault[] } | { conflict: string } | { rehearsal: Rehearsal }> {
  const checked = await checkOrder(body, needs);
  if ("faults" in checked) return checked;
  const { order, normalised, names } = checked;
  const before = await needs.certificates.find(order.reference);
  if (before && orderDigest(before.order) !== orderDigest(order)) return { conflict: order.reference };
  if (!before) await needs.admit?.(order);
  const { account, price, warnings } = await priced(order, needs.accounts);
  const known: Warning[] = before
    ? [
        {
          code: "accepted-before",
          message: "This very order was accepted before: to place it again changes nothing and buys nothing.",
          field: "reference",
        },
      ]
    : [];
  return {
    rehearsal: {
      ...{ valid: true, normalised, product: order.product, names, price },
      remainder: await remainderOf(order, account, needs),
      currency: account?.currency ?? null,
      account: account?.id ?? null,
      warnings: [...checked.warnings, ...known, ...warnings],
    },
  };
}

/** By the account that would be asked first, from now on. */
async function remainderOf(
  order: Order,
  account: AccountRecord | undefined,
  { accounts, policyFor, clock }: RehearsalNeeds,
): Promise<Remainder | null> {
  const offers = account ? await accounts.catalogue(account.id) : [];
  const sold = offers.find(({ service, enabled }) => enabled && service.toLowerCase() === order.product.toLowerCase());
  const configured = policyFor(order.product);
  const giveUpDays = order.remainder === undefined ? configured.giveUpDays : giveUpDaysOf(order.remainder);
  const { mode = configured.mode, beforeDays = configured.beforeDays } = order.policy ?? {};
  const policy = { mode, beforeDays, giveUpDays };
  const offer = sold && { years: sold.years, price: sold.price, perYears: 1 };
  return remainderOfOrder(order, { at: clock.now(), rule: getProduct(order.product).renewal, policy, offer });
}

interface Priced {
  account: AccountRecord | undefined;
  price: Money | null;
  warnings: Warning[];
}

/**
 * On the first account that fits, sells the product and can pay; else on the first that comes near it: one that cannot
 * pay now, one whose price list nobody has read, any.
 */
async function priced(order: Order, accounts: RehearsalNeeds["accounts"]): Promise<Priced> {
  const fitting = (await accounts.all()).filter((each) => fits(each, order)).sort(inTurn);
  const asked = await Promise.all(
    fitting.map(async (account) => ({ account, ...offerIn(await accounts.catalogue(account.id), order) })),
  );
  const selling = asked.filter(({ price }) => price !== null);
  const paying = selling.filter(({ account, price }) => price !== null && canPay(account, price));
  const unread = asked.filter(({ isRead }) => !isRead);
  const nobody = { account: undefined, price: null, isRead: false };
  const { account, price, isRead } = paying[0] ?? selling[0] ?? unread[0] ?? asked[0] ?? nobody;
  const warnings = price === null ? [whyNot(order, { account, isRead })] : [];
  const poor = price !== null && paying.length === 0 && account ? [cannotPay(account, price)] : [];
  return { account, price, warnings: [...warnings, ...poor] };
}

/** The longest term that is sold up to the years of the order, as the workers buy it first. */
function offerIn(offers: readonly Offer[], { product, years }: Order): { price: Money | null; isRead: boolean } {
  const offer = offers.find(({ service, enabled }) => enabled && service.toLowerCase() === product.toLowerCase());
  if (!offer) return { price: null, isRead: offers.length > 0 };
  const sold = offer.years.length > 0 ? offer.years : [1];
  return { price: timesMoney(offer.price, yearsToBuy(sold, years)), isRead: true };
}

function canPay(account: AccountRecord, price: Money): boolean {
  if (!account.purchases) return false;
  if (!account.balance) return true;
  return compareMoney(account.balance.available, sumMoney([price, mustStay(account)])) >= 0;
}

function whyNot(order: Order, { account, isRead }: { account: AccountRecord | undefined; isRead: boolean }): Warning {
  if (!account)
    return {
      code: "no-account",
      message: `No account that is known here may buy ${order.product}${order.dataCenter ? ` in ${order.dataCenter}` : ""}: the order would wait. Start a worker that has its login, or correct accounts and products in certfleet.yaml.`,
      field: order.account ? "account" : "product",
    };
  const message = isRead
    ? `The price list of account ${account.id} does not have ${order.product}: the order would wait. Ask eNom to enable it, or order another product.`
    : `The price is not known: no worker has read the price list of account ${account.id} yet. Start a worker, and ask again.`;
  return { code: isRead ? "product-not-sold" : "price-unknown", message, field: "product" };
}

function cannotPay({ id, currency, purchases, balance }: AccountRecord, price: Money): Warning {
  const message = purchases
    ? `Account ${id} cannot pay ${price} ${currency} now (it has ${balance?.available}): the order would wait until money is there.`
    : `Purchases are switched off on account ${id}: the order would wait.`;
  return { code: purchases ? "no-account-with-funds" : "purchases-stopped", message, field: "account" };
}
