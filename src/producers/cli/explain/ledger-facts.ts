// The ledger's part of what is told of an order: its step, its attempts, what was bought.
import type { Certificate, LedgerState } from "../../../shared/certificate/certificate.ts";
import { timeText } from "../table.ts";

/** The ledger's states as steps of an order. */
export const ledgerWords: Readonly<Record<LedgerState, string>> = {
  APPROVED: "accepted, not bought yet",
  BUYING: "being bought",
  PARKED: "parked: the outcome of the purchase is unknown",
  OWNED: "bought, not configured yet",
  CONFIGURING: "being configured at eNom",
  CONFIGURED: "configured at eNom",
  REFUSED: "refused by eNom",
  CANCELLED: "cancelled",
};

export function ledgerFacts({ state, attempt, purchases, certId }: Certificate): string[] {
  const bought = purchases.map(
    (each) =>
      `Purchased: CertID ${each.certId}, order ${each.orderId ?? "–"}, at ${timeText(each.at)}${each.refunded ? ", refunded" : ""}`,
  );
  const slot = certId === null ? [] : [`Slot held: CertID ${certId}`];
  return [`Ledger: ${state} (${ledgerWords[state]})`, `Purchase attempts: ${attempt}`, ...bought, ...slot];
}
