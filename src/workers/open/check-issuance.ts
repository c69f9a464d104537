// Looks whether the certificate is issued; until then waits, with growing pauses, and tells a person when the owner takes too long.

import { plusSeconds } from "../../shared/base/dates.ts";
import { type Certificate, csrOf } from "../../shared/certificate/certificate.ts";
import { NOTHING_DONE } from "../../shared/certificate/new-record.ts";
import { withEvent } from "../../shared/certificate/record.ts";
import { EMAIL_VALIDATION_ENDS } from "../../shared/subscription/limits.ts";
import type { CertDetail } from "../enom/commands/commands.ts";
import { reopenConfiguration } from "../ledger/transitions.ts";
import { newerSent, type Undelivered, verifyIssued } from "../order/issued-certificate.ts";
import { loadOrder } from "../order/load.ts";
import type { OrderNeeds } from "../order/needs.ts";
import { lookedFor } from "../order/published.ts";
import { raiseUnknownStatus, slotOf } from "../order/slot.ts";
import { whyNotValidated } from "../order/usable-method.ts";
import { askedOfOwner, emailEnded, findAbandonedWait, raiseOverdueValidation, validated } from "../order/validation.ts";
import { clearTrouble, lookAgain, pollPause, raiseAttention } from "../order/waiting.ts";
import { isRefundedSlot } from "../purchase/listing.ts";
import { parkRefunded } from "../purchase/parked.ts";
import type { Outcome } from "../runtime/outcome.ts";

/** Statuses that mean "wait" (eNom API, certificate statuses): at the CA, approval mail sent, approved by the owner. */
const WAITING: Readonly<Record<number, string>> = {
  1: "eNom has not passed the order on yet",
  2: "the certificate authority is processing the order",
  9: "the domain's owner has not approved yet",
  10: "approved; the certificate authority is issuing the certificate",
};
/** Nobody has approved it yet. */
const UNAPPROVED = new Set([1, 2, 9]);
/** Issued; 12 and 13 are issued too (for eNom's own hosting). */
const ISSUED = new Set([4, 12, 13]);

export async function checkIssuance(certificate: Certificate, needs: OrderNeeds): Promise<Certificate | Outcome> {
  const { account, slot } = slotOf(certificate, needs);
  const detail = await account.enom.detail(slot.certId);
  if (isRefundedSlot(detail)) return parkRefunded(certificate, detail, needs);
  if (detail.statusId === 6) {
    const message = `The approver refused the certificate. ${detail.message}`.trim();
    return raiseAttention(certificate, { code: "rejected-by-owner", message }, needs);
  }
  if (isOvertaken(certificate, detail, needs.clock.now())) return sendOtherwise(certificate, detail, needs);
  if (!ISSUED.has(detail.statusId)) return wait(certificate, detail, needs);

  const now = needs.clock.now();
  const taken = await takeIn(detail, certificate, needs);
  if ("fault" in taken) return lookAgain(certificate, taken, needs);
  const calm = { ...clearTrouble(certificate.record, now), undelivered: null };
  const next = { ...calm, issue: taken.issue, renewal: null, looks: 0 };
  const validation = await validated(certificate, needs);
  const { serialNumber, notAfter } = taken.issue;
  const told = withEvent(
    { ...next, validation },
    now,
    "certificate.issued",
    `serial ${serialNumber}, valid until ${notAfter}`,
  );
  return needs.certificates.save({ ...certificate, record: told }, now);
}

/** Of the next term only what is newer than the certificate that the customer has: eNom may still show that one. */
async function takeIn(detail: CertDetail, certificate: Certificate, needs: OrderNeeds) {
  const { issue } = certificate.record;
  const csr = csrOf(certificate);
  const sent = issue ? await newerSent(detail, issue, csr) : detail;
  if (!sent && detail.certificatePem) return stillTheOld(issue);
  const wanted = { csr, domain: certificate.order.domain, now: needs.clock.now() };
  return verifyIssued(sent ?? detail, wanted, needs.trust?.());
}

function stillTheOld(issue: Certificate["record"]["issue"]): Undelivered {
  const fault = `eNom shows the new slot as issued, and sends no certificate that is newer than ${issue?.serialNumber}.`;
  return { fault, code: "certificate-mismatch" };
}

/** At the CA with e-mail, and nobody approved it before e-mail came to its end: no approval counts any more. */
function isOvertaken({ record }: Certificate, { statusId }: CertDetail, now: Date): boolean {
  return record.terms.approver.method === "email" && now >= EMAIL_VALIDATION_ENDS && UNAPPROVED.has(statusId);
}

/**
 * Withdrawn at the CA and sent again with the method that was agreed since. A crash in between is harmless: what is
 * withdrawn already shows status 1.
 */
async function sendOtherwise(
  certificate: Certificate,
  { statusId }: CertDetail,
  needs: OrderNeeds,
): Promise<Certificate | Outcome> {
  const now = needs.clock.now();
  if (whyNotValidated(certificate, now))
    return raiseAttention(certificate, emailEnded(certificate.order.product), needs);
  const { account, slot } = slotOf(certificate, needs);
  if (statusId !== 1) await account.enom.cancelConfiguration(slot.certId);
  await reopenConfiguration(needs, slot);
  const next = await loadOrder(certificate.order.reference, needs);
  const { last } = next.record.validation;
  const anew = { ...NOTHING_DONE, validation: { ...NOTHING_DONE.validation, last } };
  return needs.certificates.save({ ...next, record: { ...clearTrouble(next.record, now), ...anew } }, now);
}

async function wait(certificate: Certificate, detail: CertDetail, needs: OrderNeeds): Promise<Certificate | Outcome> {
  const why = WAITING[detail.statusId];
  if (!why) return raiseUnknownStatus(certificate, detail, needs);
  const now = needs.clock.now();
  const given = findAbandonedWait(certificate, now);
  if (given) return raiseAttention(certificate, given, needs);
  const { pollSeconds } = needs.timings;
  const since = certificate.record.validation.pendingSince ?? now.toISOString();
  const calm = (await raiseOverdueValidation(certificate, since, needs)) ?? clearTrouble(certificate.record, now);
  const record = { ...calm, undelivered: null };
  const waitSeconds = pollPause(pollSeconds, record.looks);
  const nextLookAt = plusSeconds(now, waitSeconds).toISOString();
  const seen = await lookedFor(askedOfOwner(record, detail, now), certificate, needs);
  const next = { ...seen, looks: record.looks + 1, nextLookAt };
  const saved = await needs.certificates.save({ ...certificate, record: next }, now);
  return next.instructed ? { waitSeconds, because: why } : saved;
}
