// Takes a slot that the order may have into the ledger (rule 12), and the order on from there.
import type { Certificate } from "../../shared/certificate/certificate.ts";
import { withEvent } from "../../shared/certificate/record.ts";
import { markUnknown } from "../ledger/attempt-results.ts";
import { claimInLedger, type Evidence, type SlotClaim } from "../ledger/claim.ts";
import { loadOrder, withNewestAttempt } from "../order/load.ts";
import type { OrderNeeds } from "../order/needs.ts";
import { clearTrouble } from "../order/waiting.ts";
import type { Outcome } from "../runtime/outcome.ts";
import { askPerson } from "./parked.ts";

/** After a claim that was refused the list is read again, once the other order's process had time to tell. */
const AGAIN_SECONDS = 1;

/**
 * Claims the slot and saves the order with it. After a crash between the two the next run reads the ledger and goes on.
 * A slot that another order took meanwhile leaves this one in doubt: one slot is as good as another, and its own is missing now.
 */
export async function claimSlot(
  slot: Omit<SlotClaim, "at">,
  needs: OrderNeeds,
  evidence: Evidence = { by: "answer" },
): Promise<Certificate | Outcome> {
  const { reference, account, number, certId, orderId } = slot;
  const at = needs.clock.now();
  const claimed = await claimInLedger(needs, { ...slot, at }, evidence).catch(async (error: unknown) => {
    if (evidence.by === "answer") await keepAnswer(slot, needs);
    throw error;
  });
  if (claimed.kind === "ok" || claimed.kind === "holds-another")
    return owned(await loadOrder(reference, needs), orderId, needs);
  const detail =
    claimed.kind === "taken"
      ? `it belongs to ${claimed.by}`
      : claimed.kind === "surplus"
        ? "it is an unused slot now"
        : `the attempt is ${claimed.state}`;
  const reason = `Slot ${certId} could not be assigned to this order: ${detail}.`;
  needs.log.warn({ event: "claim.refused", reference, attempt: number, certId, reason });
  if (claimed.kind === "taken") {
    await markUnknown(needs, { reference, account, number }, { reason, orderId: orderId ?? undefined });
    return { waitSeconds: AGAIN_SECONDS, because: reason };
  }
  const certificate = await loadOrder(reference, needs);
  if (certificate.state === "PARKED") return askPerson(await withNewestAttempt(certificate, needs), needs, reason);
  return { waitSeconds: AGAIN_SECONDS, because: reason };
}

/** An account that froze since the gate claims nothing; that eNom has answered, and with which order, is noted all the same. */
async function keepAnswer(
  { reference, account, number, certId, orderId }: Omit<SlotClaim, "at">,
  needs: OrderNeeds,
): Promise<void> {
  const reason = `eNom answered with CertID ${certId}, but the ledger could not record it at that moment.`;
  await markUnknown(needs, { reference, account, number }, { reason, orderId: orderId ?? undefined }).catch(
    (err: unknown) => needs.log.error({ event: "answer.lost", reference, attempt: number, certId, orderId, err }),
  );
}

async function owned(certificate: Certificate, orderId: number | null, needs: OrderNeeds): Promise<Certificate> {
  const now = needs.clock.now();
  const detail = `CertID ${certificate.certId}${orderId ? `, order ${orderId}` : ""}`;
  const record = withEvent(clearTrouble(certificate.record, now), now, "certificate.purchased", detail);
  return needs.certificates.save({ ...certificate, record }, now);
}
