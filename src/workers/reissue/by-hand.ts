// A reissue that a person does, in the CA's portal or through eNom's support: asked for with everything needed,
// reminded of, escalated.

import { daysBetween, utcDate } from "../../shared/base/dates.ts";
import { type Certificate, raiseFor } from "../../shared/certificate/certificate.ts";
import type { Lane } from "../../shared/certificate/products.ts";
import { type CertificateRecord, withEvent } from "../../shared/certificate/record.ts";
import type { Account } from "../accounts/accounts.ts";
import { aboutOrder } from "../order/customer-mails.ts";
import { tellDepartment } from "../order/department.ts";
import type { OrderNeeds } from "../order/needs.ts";
import { slotOf } from "../order/slot.ts";
import type { Outcome } from "../runtime/outcome.ts";

type ByHand = Exclude<Lane, "api">;
type Because = NonNullable<NonNullable<CertificateRecord["reissue"]>["because"]>;
const STAGES = ["asked", "reminder", "escalation"] as const;
/** The escalation comes when this part of the time is left. */
const LAST_PART = 0.1;

/** Before the mail a crash asks again, behind it the same mail goes once: its key is the reissue's own. */
export async function askDepartment(
  certificate: Certificate,
  { lane, because, refusal = null }: { lane: ByHand; because: Because; refusal?: string | null },
  needs: OrderNeeds,
): Promise<"on" | Outcome> {
  const { order, record } = certificate;
  const { reissue } = record;
  if (!reissue) return "done";
  const now = needs.clock.now();
  // The CA asks the owner once the department has begun it there, and not before.
  const needsOwner = record.validation.pendingSince !== null;
  const validation = { ...record.validation, dns: null, file: null, pendingSince: null };
  const asked = { ...reissue, state: "asked" as const, lane, because, refusal, asked: 0, needsOwner, isBegun: false };
  await mail({ ...certificate, record: { ...record, reissue: asked } }, needs);
  const { slot } = slotOf(certificate, needs);
  const where = lane === "portal" ? "in the certificate authority's portal" : "through eNom's support";
  const why = {
    lane: "",
    refused: ` eNom's API refused it: ${refusal}`,
    method: ` The owner proves the domain by ${record.terms.approver.method} from now on; eNom's API cannot choose that for a reissue, and was not asked.`,
  }[because];
  const hint = handInHint({ ...certificate, record: { ...record, reissue: asked } }, needs);
  const message = `CertID ${slot.certId} must be reissued ${where}.${why}${hint}`;
  const attention = raiseFor(certificate, "reissue-by-hand", message, now);
  const calm = { trouble: null, nextLookAt: null, looks: 0 };
  const next = { ...record, reissue: { ...asked, asked: 1 }, validation, instructed: true, attention, ...calm };
  needs.log.warn({ event: "attention.raised", reference: order.reference, code: attention.code, message });
  const told = withEvent(next, now, "reissue.asked", `${lane}: ${message}`);
  await needs.certificates.save({ ...certificate, record: told }, now);
  return "on";
}

/**
 * The record with the reminder at half of the remaining time, or the escalation before the end, once each; whichever is
 * over by now.
 */
export async function remindDepartment(certificate: Certificate, needs: OrderNeeds): Promise<CertificateRecord> {
  const { record } = certificate;
  const { reissue, issue } = record;
  if (reissue?.state !== "asked" || !issue) return record;
  const from = new Date(reissue.requestedAt).getTime();
  const whole = new Date(issue.notAfter).getTime() - from;
  const now = needs.clock.now();
  const passed = (now.getTime() - from) / whole;
  const asked = passed >= 1 - LAST_PART ? 3 : passed >= 0.5 ? 2 : 1;
  if (asked <= reissue.asked) return record;
  await mail({ ...certificate, record: { ...record, reissue: { ...reissue, asked: asked - 1 } } }, needs);
  const next = { ...record, reissue: { ...reissue, asked } };
  return withEvent(next, now, `reissue.${STAGES[asked - 1] ?? "reminder"}`, "the operator mailbox got another mail");
}

/** Whether eNom's API will never show this reissue, because the CA's portal makes it (`portalReissues` of the account). */
export function isHandedIn(reissue: CertificateRecord["reissue"], { entry }: Pick<Account, "entry">): boolean {
  return reissue?.state === "asked" && reissue.lane === "portal" && entry.enom.portalReissues === "handed-in";
}

/** What to do with the certificate that the portal gives, behind a sentence; empty where eNom shows it. */
export function handInHint(certificate: Certificate, needs: OrderNeeds): string {
  const { account } = slotOf(certificate, needs);
  if (!isHandedIn(certificate.record.reissue, account)) return "";
  const { reference } = certificate.order;
  return ` Then hand the new one in: certfleet certificate take-in ${reference} --pem FILE`;
}

async function mail(certificate: Certificate, needs: OrderNeeds): Promise<void> {
  const { order, record, purchases } = certificate;
  const { account, slot } = slotOf(certificate, needs);
  const { reissue, issue } = record;
  if (!reissue || !issue) return;
  const ends = new Date(issue.notAfter);
  const stage = STAGES[reissue.asked] ?? "escalation";
  await tellDepartment(
    account.entry,
    {
      key: `${order.reference}:assisted-reissue:${reissue.number}:${reissue.requestedAt}:${stage}`,
      template: "assisted-reissue",
      values: {
        ...aboutOrder(certificate),
        account: account.entry.id,
        certId: slot.certId,
        orderId: purchases.findLast(({ certId }) => certId === slot.certId)?.orderId ?? null,
        lane: reissue.lane,
        stage,
        csr: reissue.csr,
        deadline: utcDate(ends),
        expirationDate: utcDate(ends),
        daysLeft: Math.max(0, daysBetween(needs.clock.now(), ends)),
        reason: reissue.refusal,
        because: reissue.because ?? null,
        handIn: isHandedIn(reissue, account),
        method: reissue.because === "method" ? record.terms.approver.method : null,
      },
    },
    needs,
  );
}
