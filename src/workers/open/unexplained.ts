// Orders and debits at eNom that no certificate explains (rule 11): while there is one, nobody may say that nothing was bought.
import { compareMoney, type Money } from "../../shared/money.ts";
import { again } from "../enom/again.ts";
import type { Enom } from "../enom/commands.ts";
import type { Listed } from "./listing.ts";

export type History = Pick<Enom, "ordersAfter" | "order" | "transactionsAfter" | "balance">;

export interface Purchase {
  price: Money;
  /** Before the purchase, as the ledger noted. */
  newestOrderId: number;
  balance: Money;
}

/**
 * Sentences about orders and debits of this price behind `newestOrderId` that no certificate in a map explains (`owned`); empty
 * when there are none and the money adds up. Orders of other products and prices explain themselves.
 * @throws Unavailable when one of the histories cannot be had: then nothing is known
 */
export async function unexplained(
  enom: History,
  { price, newestOrderId, balance: atFirst }: Purchase,
  owned: readonly Listed[],
): Promise<string[]> {
  const known = new Set(owned.map(({ orderId }) => orderId));
  const before = (await again(() => enom.balance())).available;
  const orders = await enom.ordersAfter(newestOrderId);
  const transactions = await enom.transactionsAfter(newestOrderId);
  const { available } = await again(() => enom.balance());
  if (compareMoney(before, available) !== 0) return ["Money moved while eNom's history was read."];
  const debits = transactions.filter(({ amount }) => amount.startsWith("-"));
  const ids = [...orders.map(({ orderId }) => orderId), ...debits.map(({ orderId }) => orderId)];
  const strange = new Set(ids.filter((id): id is number => id !== null && !known.has(id)));
  const found: string[] = [];
  for (const orderId of strange) {
    const order = await again(() => enom.order(orderId));
    if (order.holdsCertificates && compareMoney(order.amount, price) === 0)
      found.push(
        `Order ${orderId} of ${order.orderDate ?? "an unknown day"} over ${order.amount} has no certificate in the list.`,
      );
  }
  const nameless = debits.filter(({ orderId, amount }) => orderId === null && compareMoney(amount, `-${price}`) === 0);
  found.push(...nameless.map(({ amount, at }) => `A debit of ${amount} at ${at ?? "an unknown time"} names no order.`));
  const newest = transactions.length > 0 ? transactions[0]?.balance : atFirst;
  if (newest === null || newest === undefined) found.push("eNom's history shows no balance to compare with.");
  else if (compareMoney(available, newest) < 0)
    found.push(`${available} can be spent, and the history ends with ${newest}: a debit is on its way.`);
  return found;
}
