// Takes a slot that is surely this order's into the ledger, and the order on from there.
import { type Certificate, withEvent } from "../../shared/certificate.ts";
import { Refused } from "../../shared/errors.ts";
import type { AttemptState } from "../ledger/attempt.ts";
import { type Claim, claim } from "../ledger/claim.ts";
import type { Outcome } from "../outcome.ts";
import { hold, recovered } from "./hold.ts";
import type { OrderNeeds } from "./needs.ts";

/**
 * Claims the slot and saves the order with it. A crash between the two is mended by the next run, which reads the ledger.
 * A claim that the ledger refuses is shown to a person with the slot's number: an answer that came after the decision.
 */
export async function own(
  slot: Omit<Claim, "at">,
  needs: OrderNeeds,
  from: readonly AttemptState[] = ["SENDING", "UNKNOWN"],
): Promise<Certificate | Outcome> {
  const { reference, certId, orderId } = slot;
  const at = needs.clock.now();
  const claimed = await claim(needs, { ...slot, at }, from);
  const certificate = await fresh(reference, needs);
  if (claimed.kind === "taken" || claimed.kind === "wrong-state") {
    const why = claimed.kind === "taken" ? `it belongs to ${claimed.by}` : `the attempt is ${claimed.state} already`;
    const message = `Slot ${certId} could not be given to this order: ${why}.`;
    needs.log.error({ event: "claim.refused", reference, certId, message });
    return hold(certificate, { code: "purchase-unknown", message }, needs);
  }
  const detail = `CertID ${certificate.certId ?? certId}${orderId ? `, order ${orderId}` : ""}`;
  const record = withEvent(recovered(certificate.record, at), at, "certificate.purchased", detail);
  return needs.certificates.save({ ...certificate, record }, at);
}

/** The order as it stands now. @throws Refused when it is gone. */
export async function fresh(reference: string, needs: OrderNeeds): Promise<Certificate> {
  const certificate = await needs.certificates.find(reference);
  if (!certificate) throw new Refused(`no order ${reference} is known here`);
  return certificate;
}
