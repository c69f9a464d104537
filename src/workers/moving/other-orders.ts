// What else is sold on an account than certificates: it decides how far a count of purchases can be believed.
import { Refused, Unavailable } from "../../shared/base/errors.ts";
import type { Odd } from "../../shared/moving/import-reports.ts";
import type { Account } from "../accounts/accounts.ts";
import type { Listing } from "../purchase/listing.ts";

/**
 * The newest orders of the account that have no certificate, such as domains; none where the account is `shared` already. An
 * order list that cannot be read stops no import.
 */
export async function findOtherOrders({ entry, enom }: Account, { listed, unread }: Listing): Promise<Odd[]> {
  if (entry.mode === "shared") return [];
  const known = new Set([...listed, ...unread].map(({ orderId }) => orderId));
  const others = await newestOrders(enom).then((orders) => orders.filter((orderId) => !known.has(orderId)));
  if (others.length === 0) return [];
  const what = `the account's newest orders hold other things than certificates (order ${others.join(", ")}): where domains are sold or others buy, set mode: shared`;
  return [{ certId: null, domain: "", reference: null, what }];
}

async function newestOrders(enom: Pick<Account["enom"], "orderPage">): Promise<number[]> {
  try {
    return (await enom.orderPage({ start: 1 })).orders.map(({ orderId }) => orderId);
  } catch (error) {
    if (error instanceof Unavailable || error instanceof Refused) return [];
    throw error;
  }
}
