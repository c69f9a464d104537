// Takes a slot that is surely this order's into the ledger, and the order on from there.
import { type Certificate, withEvent } from "../../shared/certificate.ts";
import { type Claim, claim } from "../ledger/claim.ts";
import type { Outcome } from "../outcome.ts";
import { fresh } from "./fresh.ts";
import { hold, recovered } from "./hold.ts";
import type { OrderNeeds } from "./needs.ts";
import { askPerson, giveToPerson } from "./parked.ts";

/**
 * Claims the slot and saves the order with it. A crash between the two is mended by the next run, which reads the ledger.
 * A claim that the ledger refuses is shown to a person with the slot's number: eNom named another order's slot, or an answer
 * came after the decision.
 */
export async function own(slot: Omit<Claim, "at">, needs: OrderNeeds): Promise<Certificate | Outcome> {
  const { reference, number, certId, orderId } = slot;
  const at = needs.clock.now();
  const claimed = await claim(needs, { ...slot, at }, ["SENDING", "UNKNOWN"]);
  if (claimed.kind === "taken" || claimed.kind === "wrong-state") {
    const why = claimed.kind === "taken" ? `it belongs to ${claimed.by}` : `the attempt is ${claimed.state} already`;
    const message = `Slot ${certId} could not be given to this order: ${why}.`;
    needs.log.error({ event: "claim.refused", reference, certId, message });
    if (claimed.kind === "taken") return giveToPerson({ reference, number }, message, needs);
    const certificate = await fresh(reference, needs);
    if (certificate.state === "PARKED") return askPerson(certificate, needs, message);
    return hold(certificate, { code: "purchase-unknown", message }, needs);
  }
  const certificate = await fresh(reference, needs);
  const detail = `CertID ${certificate.certId ?? certId}${orderId ? `, order ${orderId}` : ""}`;
  const record = withEvent(recovered(certificate.record, at), at, "certificate.purchased", detail);
  return needs.certificates.save({ ...certificate, record }, at);
}
