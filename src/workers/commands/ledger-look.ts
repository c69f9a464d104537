// What eNom shows of an account's purchases: its whole list, and over a period its orders and payments.

import type { ShownPurchase } from "../../shared/account/ledger-reports.ts";
import { Refused, Unavailable } from "../../shared/base/errors.ts";
import { compareMoney, type Money, timesMoney } from "../../shared/base/money.ts";
import { findProductOfType } from "../../shared/certificate/products.ts";
import type { Account } from "../accounts/accounts.ts";
import type { ListedCertificate } from "../enom/commands/commands.ts";
import { classOf, isRefundedSlot, listAll } from "../purchase/listing.ts";
import { describeRows, mayBeOurs } from "../purchase/unread.ts";
import { type History, isWithin, type Period, readHistory } from "./ledger-history.ts";

export interface Look {
  account: Account;
  period: Period;
  listed: Map<number, ListedCertificate>;
  history: History;
}

/** @throws Unavailable eNom does not respond, or its lists cannot be read whole */
export async function lookAtPurchases(account: Account, period: Period, now: Date): Promise<Look> {
  const listing = await listAll(account.enom);
  const nameless = listing.unread.filter(({ certId }) => certId === null);
  const unclear = mayBeOurs(nameless, { mode: "dedicated", view: { owners: new Map() } });
  if (unclear.length > 0) throw new Unavailable(describeRows(unclear), { code: "enom-not-understood" });
  const listed = new Map<number, ListedCertificate>(listing.listed.map((each) => [each.certId, each]));
  // In full eNom may show what its list does not.
  for (const { certId } of listing.unread) if (certId !== null) listed.set(certId, await account.enom.detail(certId));
  return { account, period, listed, history: await readHistory(account.enom, period, now) };
}

/**
 * Certificates of the period with what was paid for them (`prices` knows more than the payments do), and what none of
 * the listed certificates explains: orders of certificates, and payments as large as one. Orders of anything else
 * explain themselves.
 */
export async function shownIn(look: Look, prices: ReadonlyMap<number, Money>): Promise<ShownPurchase[]> {
  const { period, listed, history } = look;
  const paid = history.debits.flatMap(({ orderId, amount }) =>
    orderId === null ? [] : [[orderId, spent(amount)] as const],
  );
  const known = new Map([...prices, ...paid]);
  const certificates = [...listed.values()].filter(({ orderDate }) => isWithin(orderDate, period));
  return [...certificates.map((each) => shownSlot(each, known)), ...(await unexplained(look))];
}

/** What eNom says it does not know is undefined; that it cannot be asked still throws. */
export async function findAtEnom<T>(question: Promise<T>): Promise<T | undefined> {
  try {
    return await question;
  } catch (error) {
    if (error instanceof Refused && error.code === "enom-refused") return undefined;
    throw error;
  }
}

function shownSlot(listed: ListedCertificate, prices: ReadonlyMap<number, Money>): ShownPurchase {
  const { certId, orderId, orderDate, prodType, validityMonths, domain } = listed;
  return {
    ...{ date: orderDate, certId, orderId, domain },
    price: (orderId === null ? undefined : prices.get(orderId)) ?? null,
    slotClass: classOf(listed),
    product: findProductOfType(prodType)?.name ?? `product ${prodType}`,
    years: validityMonths / 12,
    isRefunded: isRefundedSlot(listed),
  };
}

async function unexplained({ account, listed, history }: Look): Promise<ShownPurchase[]> {
  const { orders, debits } = history;
  const explained = new Set([...listed.values()].map(({ orderId }) => orderId));
  const ids = new Set([...orders, ...debits].map(({ orderId }) => orderId).filter((id) => id !== null));
  const found: ShownPurchase[] = [];
  const unclear = debits.filter(({ orderId }) => orderId === null);
  for (const orderId of ids) {
    if (explained.has(orderId)) continue;
    const order = await findAtEnom(account.enom.order(orderId));
    if (!order) unclear.push(...debits.filter((each) => each.orderId === orderId));
    else if (order.holdsCertificates) found.push(payment({ date: order.orderDate, orderId, price: order.amount }));
  }
  if (unclear.length === 0) return found;
  const sold = (await account.catalogue()).flatMap(({ price, years }) => years.map((each) => timesMoney(price, each)));
  const asLarge = unclear.filter(({ amount }) => sold.some((price) => compareMoney(price, spent(amount)) === 0));
  return [...found, ...asLarge.map(({ at, orderId, amount }) => payment({ date: at, orderId, price: spent(amount) }))];
}

function payment(known: Pick<ShownPurchase, "date" | "orderId" | "price">): ShownPurchase {
  return { ...known, certId: null, slotClass: null, product: null, years: null, domain: "", isRefunded: false };
}

/** A debit is negative. */
function spent(amount: Money): Money {
  return amount.slice(1);
}
