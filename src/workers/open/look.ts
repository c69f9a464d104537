// Looks whether the certificate is issued; until then waits, with growing pauses, and tells a person when the owner takes too long.
import { type Certificate, csrOf, raiseFor } from "../../shared/certificate.ts";
import { withEvent } from "../../shared/certificate-record.ts";
import { plusSeconds } from "../../shared/dates.ts";
import type { CertDetail } from "../enom/commands.ts";
import type { Outcome } from "../outcome.ts";
import { takeIn } from "../take-in.ts";
import { tellCase } from "./case.ts";
import { refunded, slotOf } from "./configure.ts";
import { GIVE_UP_MS, hold, lookPause, recovered } from "./hold.ts";
import type { OrderNeeds } from "./needs.ts";
import { isRefundedSlot } from "./slots.ts";
import { askedOfOwner, validated } from "./validation.ts";

/** Statuses that mean "wait" (eNom API, certificate statuses): at the CA, approval mail sent, approved by the owner. */
const WAITING: Readonly<Record<number, string>> = {
  1: "eNom has not passed the order on yet",
  2: "the certificate authority is processing the order",
  9: "the domain's owner has not approved yet",
  10: "approved; the certificate authority is issuing",
};
/** Issued; 12 and 13 are issued too (for eNom's own hosting). */
const ISSUED = new Set([4, 12, 13]);
const NOT_SENT_YET = "issued; eNom has not sent the certificate yet";

export async function look(certificate: Certificate, needs: OrderNeeds): Promise<Certificate | Outcome> {
  const { order } = certificate;
  const { account, slot } = slotOf(certificate, needs);
  const detail = await account.enom.detail(slot.certId);
  if (isRefundedSlot(detail)) return refunded(certificate, detail, needs);
  if (detail.statusId === 6) {
    const message = `The approver refused the certificate. ${detail.message}`.trim();
    return hold(certificate, { code: "rejected-by-owner", message }, needs);
  }
  if (!ISSUED.has(detail.statusId) || !detail.certificatePem) return wait(certificate, detail, needs);

  const taken = await takeIn(detail, { csr: csrOf(certificate), domain: order.domain });
  if ("fault" in taken) return hold(certificate, { code: "certificate-mismatch", message: taken.fault }, needs);
  const now = needs.clock.now();
  const next = { ...recovered(certificate.record, now), issue: taken.issue, renewal: null, looks: 0 };
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

async function wait(certificate: Certificate, detail: CertDetail, needs: OrderNeeds): Promise<Certificate | Outcome> {
  const why = ISSUED.has(detail.statusId) ? NOT_SENT_YET : WAITING[detail.statusId];
  if (!why) {
    const message = `eNom shows status ${detail.statusId} (${detail.statusText}), which is not known here.`;
    return hold(certificate, { code: "unknown-status", message }, needs);
  }
  const now = needs.clock.now();
  const given = givenUp(certificate, now);
  if (given) return hold(certificate, given, needs);
  const { pollSeconds } = needs.pace;
  const since = certificate.record.validation.pendingSince ?? now.toISOString();
  const record = (await overdue(certificate, since, needs)) ?? recovered(certificate.record, now);
  const waitSeconds = lookPause(pollSeconds, record.looks);
  const nextLookAt = plusSeconds(now, waitSeconds).toISOString();
  const next = { ...askedOfOwner(record, detail, now), looks: record.looks + 1, nextLookAt };
  const saved = await needs.certificates.save({ ...certificate, record: next }, now);
  return next.instructed ? { waitSeconds, because: why } : saved;
}

/** An owner who was overdue for thirty days is not looked for any more. */
export function givenUp({ record: { attention } }: Certificate, now: Date) {
  if (attention?.code !== "validation-overdue") return undefined;
  if (now.getTime() - new Date(attention.since).getTime() <= GIVE_UP_MS) return undefined;
  return { code: "waited-too-long", message: attention.message } as const;
}

/** The record with `validation-overdue` raised, when the owner has had all the days that the operator grants. */
export async function overdue(certificate: Certificate, since: string, needs: OrderNeeds) {
  const { order, record } = certificate;
  const { pace, log, clock } = needs;
  const now = clock.now();
  if (now.getTime() - new Date(since).getTime() <= pace.validationDays * 86_400_000) return undefined;
  const calm = { ...record, trouble: null };
  if (record.attention?.code === "validation-overdue") return calm;
  const message = `The domain's owner has not acted since ${since.slice(0, 10)} (${pace.validationDays} days are granted).`;
  const attention = raiseFor(certificate, "validation-overdue", message, now);
  await tellCase(certificate, attention, needs);
  log.warn({ event: "attention.raised", reference: order.reference, code: attention.code, message });
  return withEvent({ ...calm, attention }, now, "attention.raised", `${attention.code}: ${message}`);
}
