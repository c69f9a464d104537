// Rule 13: more slots at eNom than our purchases explain means that somebody else buys here, or that the ledger lost something.

import { isFree, isHeldByOrder, slotOwners } from "../../shared/certificate/slot-owner.ts";
import { isLeftBy } from "../ledger/left-over.ts";
import type { View } from "../ledger/view.ts";
import { classOf, isConfigurable, isRefundedSlot, isUntouched, type Listed, orderedOn } from "./listing.ts";

export interface Count {
  /** Why the account must be frozen; null when every listed certificate is explained. */
  excess: string | null;
  /** The certificates that the reason names; a person says which of them somebody else bought. */
  unexplained: number[];
  /** Bought by attempts that nobody waits for any more: unused from now on. */
  surplus: CountedSlot[];
  /** In no map or unused, and eNom gave the money back: nobody's. */
  refunded: CountedSlot[];
  /** eNom gave the money back for what an order holds. */
  lost: (CountedSlot & { reference: string })[];
}

/** `boughtAt` in milliseconds, by eNom's own day. */
interface CountedSlot {
  certId: number;
  slotClass: string;
  boughtAt: number;
}

/** `view` was read behind the list, so that whatever bought a listed slot is still in flight in it, or has told. */
export function countSlots(listed: readonly Listed[], view: View): Count {
  const unmapped = listed.filter(({ certId }) => !view.owners.has(certId));
  const repaid = listed
    .filter(isRefundedSlot)
    .map((each) => ({ ...placeOf(each), owner: view.owners.get(each.certId) }));
  const refunded = repaid.filter(({ owner }) => isFree(owner));
  const lost = repaid.flatMap(({ owner, ...place }) =>
    owner !== undefined && isHeldByOrder(owner) ? [{ ...place, reference: owner }] : [],
  );
  const byClass = Map.groupBy(
    unmapped.filter((each) => !isRefundedSlot(each)),
    classOf,
  );
  const excess: string[] = [];
  const unexplained: number[] = [];
  const tooMany = (those: readonly Listed[], why: string): void => {
    excess.push(`${those.map(describe).join(", ")}${why}`);
    unexplained.push(...those.map(({ certId }) => certId));
  };
  const surplus: Count["surplus"] = [];
  for (const [slotClass, slots] of byClass) {
    const inFlight = view.inFlight.filter((each) => each.slotClass === slotClass);
    const parked = view.parked(slotClass);
    const touched = slots.filter((each) => !isUntouched(each));
    const explained = inFlight.length + parked + view.abandoned(slotClass);
    // What a person configures by hand for a parked order is about to be adopted.
    if (touched.length > parked) tooMany(touched, " which the ledger does not know");
    else if (slots.length > explained) tooMany(slots, `: more than ${explained} purchases explain`);
    const waiting = inFlight.filter(({ flag }) => flag !== "C").length + parked;
    const unused = slots.filter(isUntouched).sort((a, b) => a.certId - b.certId);
    if (inFlight.every(({ flag }) => flag === "C"))
      surplus.push(...unused.slice(0, Math.max(0, slots.length - waiting)).map(placeOf));
  }
  const misused = listed.filter(
    (each) => view.owners.get(each.certId) === slotOwners.unused && !isRefundedSlot(each) && isTaken(each, view),
  );
  if (misused.length > 0) tooMany(misused, ", which was an unused slot here");
  const reason = `eNom lists ${excess.join("; ")}. Somebody else buys on this account, or the ledger lost a purchase.`;
  return excess.length > 0
    ? { excess: reason, unexplained, surplus: [], refunded, lost }
    : { excess: null, unexplained, surplus, refunded, lost };
}

/** An unused slot that carries a name; one that a cancelled order left there is nobody else's, until it is submitted. */
export function isTaken(listed: Listed, view: View): boolean {
  if (listed.domain === "") return false;
  const left = view.left(listed.certId);
  return left === undefined || !isLeftBy(left, { domain: listed.domain }) || !isConfigurable(listed);
}

export function placeOf(listed: Listed): CountedSlot {
  return { certId: listed.certId, slotClass: classOf(listed), boughtAt: orderedOn(listed)?.getTime() ?? 0 };
}

function describe({ certId, domain, statusText }: Listed): string {
  return `CertID ${certId} (${domain || statusText || "untouched"})`;
}
