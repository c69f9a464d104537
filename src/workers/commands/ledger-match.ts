// To whom each purchase belongs that eNom shows: the matching of `ledger prove`, without asking anybody.

import type { Belonging, ProvenPurchase, ShownPurchase } from "../../shared/account/ledger-reports.ts";
import { compareMoney } from "../../shared/base/money.ts";
import { orderOf, slotOwners } from "../../shared/certificate/slot-owner.ts";
import type { Doubtful, Facts } from "./ledger-facts.ts";

const NAMES: Readonly<Record<string, "spare" | "legacy" | "foreign" | "refunded">> = {
  [slotOwners.unused]: "spare",
  [slotOwners.legacy]: "legacy",
  [slotOwners.foreign]: "foreign",
  [slotOwners.refunded]: "refunded",
};

/**
 * On their way: the process waits for its answer, or the order has another slot and this one will be unused. Both end by
 * themselves.
 */
const UNDER_WAY: ReadonlySet<string> = new Set(["SENDING", "COVERED"]);

/**
 * Whoever has no owner in the maps is given to an attempt that may have bought it: by the order id of its answer, else
 * the oldest to the oldest of what fits. `left`: attempts for which eNom shows nothing. `unclaimed` says what
 * everything else is: `nobody`, and thereby unmatched, unless the account is not this fleet's alone.
 */
export function match(
  shown: readonly ShownPurchase[],
  { owners, doubtful }: Pick<Facts, "owners" | "doubtful">,
  unclaimed: "nobody" | "others" | "legacy",
): { purchases: ProvenPurchase[]; left: Doubtful[] } {
  const sorted = shown.toSorted((a, b) => age(a) - age(b));
  const isOpen = (each: ShownPurchase): boolean => !each.isRefunded && ownerOf(each, owners) === undefined;
  const left = new Set(doubtful);
  const buyers = new Map<ShownPurchase, Doubtful>();
  for (const fits of [isAnswer, mayHaveBought]) {
    for (const each of sorted.filter((one) => isOpen(one) && !buyers.has(one))) {
      const buyer = [...left].find((attempt) => fits(each, attempt));
      if (!buyer) continue;
      left.delete(buyer);
      buyers.set(each, buyer);
    }
  }
  const belonging = (each: ShownPurchase): Belonging => {
    const owner = ownerOf(each, owners);
    if (owner === slotOwners.found) return { to: "nobody" }; // bought before a restore, and its order is not known
    if (owner !== undefined) return NAMES[owner] ? { to: NAMES[owner] } : { to: "order", reference: orderOf(owner) };
    if (each.isRefunded) return { to: "refunded" };
    const buyer = buyers.get(each);
    if (!buyer) return { to: unclaimed };
    return { to: "attempt", reference: buyer.reference, attempt: buyer.number, state: buyer.state };
  };
  const purchases = sorted.map((each) => {
    const belongs = belonging(each);
    const isMatched = belongs.to === "attempt" ? UNDER_WAY.has(belongs.state) : belongs.to !== "nobody";
    return { ...each, belongs, isMatched };
  });
  return { purchases, left: [...left] };
}

function ownerOf({ certId }: ShownPurchase, owners: Facts["owners"]): string | undefined {
  return certId === null ? undefined : owners.get(certId);
}

/** eNom's numbers grow with time. */
function age({ orderId, certId }: ShownPurchase): number {
  return orderId ?? certId ?? Number.MAX_SAFE_INTEGER;
}

function isAnswer({ orderId }: ShownPurchase, attempt: Doubtful): boolean {
  return orderId !== null && attempt.orderId === orderId;
}

/**
 * The same product and term, or for want of a certificate the same price; and not older than what was there before the
 * attempt. The order id of a COVERED attempt is that of the slot which served its order, not of the one that it bought.
 */
function mayHaveBought({ orderId, slotClass, price }: ShownPurchase, attempt: Doubtful): boolean {
  if (attempt.orderId !== undefined && attempt.state !== "COVERED") return false;
  if (orderId !== null && orderId <= attempt.newestOrderId) return false;
  return slotClass === null
    ? price !== null && compareMoney(price, attempt.price) === 0
    : slotClass === attempt.slotClass;
}
