// Orders and debits at eNom that no certificate explains (rules 11 and 13): while there is one, nobody may say that nothing was bought.
import { z } from "zod";
import { compareMoney, type Money } from "../../shared/base/money.ts";
import { again } from "../enom/commands/again.ts";
import type { Enom, UnreadRow } from "../enom/commands/commands.ts";
import type { LedgerContext } from "../ledger/context.ts";
import type { View } from "../ledger/view.ts";

export type History = Pick<Enom, "ordersAfter" | "order" | "transactionsAfter" | "balance">;

export interface SentPurchase {
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
export async function findUnexplained(
  enom: History,
  { price, newestOrderId, balance: atFirst }: SentPurchase,
  owned: readonly Pick<UnreadRow, "orderId">[],
): Promise<string[]> {
  const known = new Set(owned.map(({ orderId }) => orderId));
  const before = (await again(() => enom.balance())).available;
  const orders = await enom.ordersAfter(newestOrderId);
  const transactions = await enom.transactionsAfter(newestOrderId);
  const { available } = await again(() => enom.balance());
  if (compareMoney(before, available) !== 0) return ["The balance changed while eNom's history was read."];
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
    found.push(
      `The available balance is ${available}, and the history ends with ${newest}: a debit is still missing in it.`,
    );
  return found;
}

/** Newest order that was looked at, and since when (ms) which orders have had no certificate. */
const noted = z.object({ newestOrderId: z.number(), strange: z.record(z.string(), z.number()) });

/**
 * Why the account must be frozen, or null. Orders behind the last visit are looked at; the first visit only notes where it
 * begins. eNom's list lags: an order is strange once it had no certificate for T_settle, and too many are more than our purchases
 * in flight, parked or abandoned.
 */
export async function findMissingMoney(
  context: LedgerContext,
  account: { id: string; enom: Pick<Enom, "ordersAfter" | "order" | "newestOrderId"> },
  { listed, view }: { listed: readonly (Pick<UnreadRow, "orderId"> & Partial<UnreadRow>)[]; view: View },
): Promise<string | null> {
  const { redis, keys, settleMs } = context.ledger;
  const meta = keys.ledger.meta(account.id);
  const text = await redis.hget(meta, "orders");
  const before = text ? noted.parse(JSON.parse(text)) : undefined;
  if (!before) {
    const newestOrderId = (await account.enom.newestOrderId()) ?? 0;
    await redis.hset(meta, "orders", JSON.stringify({ newestOrderId, strange: {} }));
    return null;
  }
  const known = new Set(listed.map(({ orderId }) => orderId));
  // Each row whose order cannot be read may be that of one which looks strange.
  const unreadable = listed.filter(({ orderId, faults = [] }) => orderId === null && faults.length > 0).length;
  const newer = (await account.enom.ordersAfter(before.newestOrderId)).map(({ orderId }) => orderId);
  const strange: Record<string, number> = {};
  for (const orderId of new Set([...newer, ...Object.keys(before.strange).map(Number)])) {
    if (known.has(orderId)) continue;
    const order = await again(() => account.enom.order(orderId));
    if (!order.holdsCertificates || compareMoney(order.amount, "0.00") <= 0) continue;
    strange[orderId] = before.strange[orderId] ?? view.now;
  }
  const newestOrderId = Math.max(before.newestOrderId, ...newer);
  await redis.hset(meta, "orders", JSON.stringify({ newestOrderId, strange }));
  const old = Object.entries(strange).filter(([, since]) => view.now - since >= settleMs);
  if (old.length <= view.unexplainedAttempts + unreadable) return null;
  return `eNom took money for ${old.map(([orderId]) => `order ${orderId}`).join(", ")} and lists no certificate for it.`;
}
