// The domain's owner: whether the owner must act, what eNom shows for it, when the owner is asked again, and what is
// kept when it was done.

import { DAY_MS, utcDate } from "../../shared/base/dates.ts";
import { nextWithoutOwner } from "../../shared/certificate/attention.ts";
import { type Certificate, raiseFor } from "../../shared/certificate/certificate.ts";
import { getProduct } from "../../shared/certificate/products.ts";
import { type CertificateRecord, withEvent } from "../../shared/certificate/record.ts";
import { otherMethods } from "../../shared/subscription/email-ending.ts";
import { EMAIL_VALIDATION_ENDS } from "../../shared/subscription/limits.ts";
import { askAgainAt, mustValidate } from "../../shared/subscription/validation.ts";
import type { CertDetail } from "../enom/commands/commands.ts";
import { mailAttention } from "./attention-mail.ts";
import type { OrderNeeds } from "./needs.ts";
import { findValidation, keepValidation } from "./validation-history.ts";
import { GIVE_UP_MS } from "./waiting.ts";

type Validation = CertificateRecord["validation"];

/** eNom's status "Approved by Domain Owner". Only the Comodo family shows it. */
const APPROVED = 10;

/**
 * What must be shown to the owner by now: `instructed` is false where a mail is due, with what eNom shows only now, or
 * once more.
 */
export function askedOfOwner(
  record: CertificateRecord,
  detail: Pick<CertDetail, "dns" | "file" | "statusId">,
  now: Date,
): CertificateRecord {
  const { dns, file, pendingSince, asked, askedAt, approvedAt } = record.validation;
  const { method } = record.terms.approver;
  const validation: Validation = {
    ...record.validation,
    dns: method === "dns" ? (detail.dns ?? dns) : null,
    file: method === "file" ? (detail.file ?? file) : null,
    approvedAt: detail.statusId === APPROVED ? (approvedAt ?? now.toISOString()) : null,
  };
  const isOther = validation.dns?.value !== dns?.value || validation.file?.content !== file?.content;
  // What the owner has approved or published is not asked for again: the CA has only not looked yet.
  const isDone = validation.approvedAt !== null || (!isOther && record.validation.proof?.found === "there");
  const isDue = askedAt === null || (!isDone && askAgainAt(new Date(askedAt), asked) <= now);
  const next = { ...record, validation: isOther ? { ...validation, proof: null } : validation };
  const mail = pendingSince !== null && (isOther || isDue) && isInstructable(next) && mayAsk(next, pendingSince, now);
  return { ...next, instructed: record.instructed && !mail };
}

/**
 * Whether the owner can still do what a mail would ask: not by e-mail after its end, and not for a certificate that has
 * ended while the owner was awaited.
 */
function mayAsk({ terms, issue }: CertificateRecord, pendingSince: string, now: Date): boolean {
  if (terms.approver.method === "email" && now >= EMAIL_VALIDATION_ENDS) return false;
  if (!issue) return true;
  const ends = new Date(issue.notAfter);
  return ends > now || new Date(pendingSince) > ends;
}

/** Nobody can be told to publish what eNom has not shown yet. */
export function isInstructable({ terms, validation }: Pick<CertificateRecord, "terms" | "validation">): boolean {
  return { email: true, dns: validation.dns !== null, file: validation.file !== null }[terms.approver.method];
}

/**
 * Whether a certificate issued now needs the owner: as the CA sees it, who may use again what was validated for any
 * certificate here.
 */
export async function ownerMustAct(certificate: Certificate, needs: OrderNeeds): Promise<boolean> {
  const { redis, keys } = needs.ledger;
  const { last } = certificate.record.validation;
  const kept = await findValidation({ redis, keys }, certificate);
  const newest = [last, kept]
    .filter((each) => each !== null)
    .map(({ method, at }) => ({ method, at: new Date(at) }))
    .sort((a, b) => b.at.getTime() - a.at.getTime())[0];
  return mustValidate(newest ?? null, needs.clock.now());
}

/** The record with what was agreed taken over, for a validation that begins: `slotMethod` keeps what the slot was sent with. */
export function withAgreed(record: CertificateRecord): CertificateRecord {
  const { agreedMethod, terms, slotMethod } = record;
  if (!agreedMethod) return record;
  const sentWith = slotMethod ?? (record.submittedAt === null ? null : terms.approver.method);
  return { ...record, agreedMethod: null, slotMethod: sentWith, terms: { ...terms, approver: agreedMethod } };
}

/** The owner is asked from now on; nothing of an earlier asking counts. */
export function ownerAsked({ validation }: CertificateRecord, now: Date): Validation {
  return {
    ...validation,
    dns: null,
    file: null,
    proof: null,
    pendingSince: now.toISOString(),
    approvedAt: null,
    asked: 0,
    askedAt: null,
  };
}

/**
 * A certificate came: where the owner was asked, the domain was validated, not before the asking. Kept for other
 * certificates, too. `askedAt`: when somebody else had the CA ask, whom nobody here saw doing it; null for nobody.
 */
export async function validated(
  certificate: Certificate,
  needs: OrderNeeds,
  askedAt: string | null = null,
): Promise<Validation> {
  const { validation, terms } = certificate.record;
  const { redis, keys } = needs.ledger;
  const at = validation.pendingSince ?? askedAt;
  if (at === null) return validation;
  const last = { method: terms.approver.method, at };
  await keepValidation({ redis, keys }, certificate, last);
  return { ...validation, proof: null, pendingSince: null, approvedAt: null, asked: 0, askedAt: null, last };
}

/**
 * What was ordered by e-mail, and reaches the CA when that validates no more: another way, where the product has one.
 */
export function emailEnded(service: string) {
  const product = getProduct(service);
  const others = otherMethods(product);
  const rest = others.length > 0 ? `the other methods: ${others.join(", ")}` : "and there is no other method for it";
  const message = `${product.name} was to be validated by e-mail, which is not allowed since ${utcDate(EMAIL_VALIDATION_ENDS)}; ${rest}.`;
  return { code: "email-validation-ended", message } as const;
}

/** An owner who was overdue for thirty days is not looked for any more. */
export function findAbandonedWait({ record: { attention } }: Certificate, now: Date) {
  if (attention?.code !== "validation-overdue") return undefined;
  if (now.getTime() - new Date(attention.since).getTime() <= GIVE_UP_MS) return undefined;
  return { code: "waited-too-long", message: attention.message } as const;
}

/** The record with `validation-overdue` raised, when the owner has had all the days that the operator grants. */
export async function raiseOverdueValidation(certificate: Certificate, since: string, needs: OrderNeeds) {
  const { order, record } = certificate;
  const { timings: pace, log, clock } = needs;
  const now = clock.now();
  if (now.getTime() - new Date(since).getTime() <= pace.validationDays * DAY_MS) return undefined;
  const calm = { ...record, trouble: null };
  const { approvedAt, proof } = record.validation;
  const isThere = proof?.found === "there";
  const isDone = approvedAt !== null || isThere;
  const act = approvedAt
    ? "approved, and the certificate authority has not issued the certificate"
    : isThere
      ? "published what was asked for, and the certificate authority has not taken it"
      : "not acted";
  const message = `The domain's owner has ${act} since ${since.slice(0, 10)} (the limit is ${pace.validationDays} days).`;
  const raised = raiseFor(certificate, "validation-overdue", message, now);
  const before = record.attention?.code === "validation-overdue" ? record.attention : null;
  const attention = isDone ? { ...raised, who: "operator", next: nextWithoutOwner(order.reference) } : raised;
  // Told once; whose turn it is may change meanwhile.
  if (before) return { ...calm, attention: { ...attention, since: before.since } };
  await mailAttention(certificate, attention, needs);
  log.warn({ event: "attention.raised", reference: order.reference, code: attention.code, message });
  return withEvent({ ...calm, attention }, now, "attention.raised", `${attention.code}: ${message}`);
}
