// The money part of rule 13: an order for certificates of which eNom lists none, that none of our purchases explains.
import { z } from "zod";
import { compareMoney } from "../../shared/money.ts";
import { again } from "../enom/again.ts";
import type { Enom } from "../enom/commands.ts";
import type { Place } from "../ledger/place.ts";
import type { View } from "../ledger/view.ts";
import type { Listed } from "./listing.ts";

/** Newest order that was looked at, and since when (ms) which orders have had no certificate. */
const noted = z.object({ newestOrderId: z.number(), strange: z.record(z.string(), z.number()) });

/**
 * Why the account must be frozen, or null. Orders behind the last visit are looked at; the first visit only notes where it
 * begins. eNom's list lags: an order is strange once it had no certificate for T_settle, and too many are more than our purchases
 * in the air, parked or given up.
 */
export async function findMissingMoney(
  place: Place,
  account: { id: string; enom: Pick<Enom, "ordersAfter" | "order" | "newestOrderId"> },
  { listed, view }: { listed: readonly Listed[]; view: View },
): Promise<string | null> {
  const { redis, keys, settleMs } = place.ledger;
  const meta = keys.ledger.meta(account.id);
  const text = await redis.hget(meta, "orders");
  const before = text ? noted.parse(JSON.parse(text)) : undefined;
  if (!before) {
    const newestOrderId = (await account.enom.newestOrderId()) ?? 0;
    await redis.hset(meta, "orders", JSON.stringify({ newestOrderId, strange: {} }));
    return null;
  }
  const known = new Set(listed.map(({ orderId }) => orderId));
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
  if (old.length <= view.unexplainedAttempts) return null;
  return `eNom took money for ${old.map(([orderId]) => `order ${orderId}`).join(", ")} and lists no certificate for it.`;
}
