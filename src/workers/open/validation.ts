// The domain's owner: whether the owner must act, what eNom shows for it, when the owner is asked again, and what is kept when it was done.
import type { Certificate } from "../../shared/certificate.ts";
import type { CertificateRecord } from "../../shared/certificate-record.ts";
import { askAgainAt, mustValidate } from "../../shared/subscription/validation.ts";
import { findValidation, keepValidation } from "../../shared/validations.ts";
import type { CertDetail } from "../enom/commands.ts";
import type { OrderNeeds } from "./needs.ts";

type Validation = CertificateRecord["validation"];

/** What must be shown to the owner by now: `instructed` is false where a mail is due, with what eNom shows only now, or once more. */
export function askedOfOwner(
  record: CertificateRecord,
  detail: Pick<CertDetail, "dns" | "file">,
  now: Date,
): CertificateRecord {
  const { dns, file, pendingSince, asked, askedAt } = record.validation;
  const { method } = record.terms.approver;
  const validation: Validation = {
    ...record.validation,
    dns: method === "dns" ? (detail.dns ?? dns) : null,
    file: method === "file" ? (detail.file ?? file) : null,
  };
  const isOther = validation.dns?.value !== dns?.value || validation.file?.content !== file?.content;
  const isDue = askedAt === null || askAgainAt(new Date(askedAt), asked) <= now;
  const next = { ...record, validation };
  const mail = pendingSince !== null && (isOther || isDue) && isInstructable(next);
  return { ...next, instructed: record.instructed && !mail };
}

/** Nobody can be told to publish what eNom has not shown yet. */
export function isInstructable({ terms, validation }: Pick<CertificateRecord, "terms" | "validation">): boolean {
  return { email: true, dns: validation.dns !== null, file: validation.file !== null }[terms.approver.method];
}

/** Whether a certificate issued now needs the owner: as the CA sees it, who may use again what was validated for any certificate here. */
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

/** The owner is asked from now on; nothing of an earlier asking counts. */
export function ownerAsked({ validation }: CertificateRecord, now: Date): Validation {
  return { ...validation, dns: null, file: null, pendingSince: now.toISOString(), asked: 0, askedAt: null };
}

/** A certificate came: where the owner was asked, the domain was validated, not before the asking. Kept for other certificates, too. */
export async function validated(certificate: Certificate, needs: OrderNeeds): Promise<Validation> {
  const { validation, terms } = certificate.record;
  const { redis, keys } = needs.ledger;
  if (validation.pendingSince === null) return validation;
  const last = { method: terms.approver.method, at: validation.pendingSince };
  await keepValidation({ redis, keys }, certificate, last);
  return { ...validation, pendingSince: null, asked: 0, askedAt: null, last };
}
