// eNom's list of an account, row by row, as an import looks at it: which it can name, which it leaves, and why.
import { isFree, isHeldByOrder, slotOwners } from "../../../shared/certificate/slot-owner.ts";
import type { Odd } from "../../../shared/moving/import-reports.ts";
import { describeFault } from "../../enom/wire/not-understood.ts";
import type { View } from "../../ledger/view.ts";
import { isRefundedSlot, isUntouched, type Listed, type Listing } from "../../purchase/listing.ts";
import { isIssuedStatus, whyNotIssued } from "./read-certificate.ts";

/** What of a listed certificate the rows can name. */
export interface Nameable {
  certId: number;
  orderId: number | null;
  domain: string;
  prodType: number | null;
  /** A certificate was issued, whether or not it has ended. */
  isIssued: boolean;
  isExpired: boolean;
}

/** One line of eNom's list, whether or not all of it can be read. */
type Row = Listing["unread"][number] | Listed;
/** One that has a number. */
export type Known = Row & { certId: number };

export function knownOf({ listed, unread }: Listing): Known[] {
  const rows: Row[] = [...listed, ...unread];
  return rows.filter((row): row is Known => row.certId !== null).sort((a, b) => b.certId - a.certId);
}

/** What the rows of a match file can name. */
export function nameable(row: Known): Nameable {
  const { certId, orderId, domain, statusId, isExpired } = row;
  const prodType = "prodType" in row ? row.prodType : null;
  return { certId, orderId, domain: domain ?? "", prodType, isIssued: isIssuedStatus(statusId), isExpired };
}

/** Nothing can be asked about these. */
export function namelessRows({ unread }: Listing): Odd[] {
  return unread
    .filter(({ certId }) => certId === null)
    .map(({ domain, orderId, faults }) => ({
      ...{ certId: null, domain: domain ?? "", reference: null },
      what: `a row without a readable CertID (order ${orderId ?? "unknown"}): ${faults.map(describeFault).join(", ")}`,
    }));
}

/** What the list itself shows in a form that nobody can read; the certificate's own page may still have it. */
export function oddOf(row: Known): string[] {
  if ("faults" in row) return [`its row in eNom's list cannot be read: ${row.faults.map(describeFault).join(", ")}`];
  return [
    ...(row.orderDate === null ? ["eNom's list shows no day of its purchase that can be read"] : []),
    ...(row.expirationDate === null ? ["eNom's list shows no end of its term that can be read"] : []),
  ];
}

/** Why it is not even read, from the list and the ledger; empty: nothing to say. Undefined: it is looked at. */
export function whyLeft(row: Known, view: Pick<View, "owners">): string | undefined {
  const owner = view.owners.get(row.certId);
  const statusText = "statusText" in row ? row.statusText : "";
  if (owner !== undefined && isHeldByOrder(owner)) return undefined;
  if (owner === slotOwners.found)
    return "bought since the backup that this fleet was restored from: see certfleet ledger found";
  if (owner === slotOwners.unused) {
    const isAsItWas = "validityMonths" in row && isUntouched(row);
    return isAsItWas ? "" : "an unused slot of this fleet is not as it was: see certfleet ledger slots";
  }
  if (row.statusId === null) return undefined;
  if (isFree(owner) && row.statusId === 1) return ""; // of the fleet itself, or of somebody who buys at this moment
  return isRefundedSlot(row) || !isIssuedStatus(row.statusId)
    ? whyNotIssued({ statusId: row.statusId, statusText })
    : undefined;
}
