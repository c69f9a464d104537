// The certificate as people and billing systems see it: computed from what is kept and the time, never kept itself.
import type { Attention } from "./attention.ts";
import { type Certificate, type Issue, paidEnd, statusOf } from "./certificate.ts";
import { daysBetween, plusDays, utcDate } from "./dates.ts";

export interface EffectivePolicy {
  mode: "auto" | "manual" | "none";
  beforeDays: number;
  source: "default" | "billmgr.conf" | "config" | "environment" | "product" | "certificate";
}

/** Days of lead that the policy really has: never more than half of the issue's life, so that no reissue chases itself. */
export function effectiveBeforeDays(beforeDays: number, current: Issue | null): number {
  if (!current) return beforeDays;
  const life = daysBetween(new Date(current.notBefore), new Date(current.notAfter));
  return Math.min(beforeDays, Math.floor(life / 2));
}

/** The certificate as the API shows it. `fallback` is the fleet's policy for this product, used when the order has none. */
export function project(certificate: Certificate, now: Date, fallback: EffectivePolicy) {
  const { order, record, purchases } = certificate;
  const ends = paidEnd(certificate);
  const chosen: EffectivePolicy = record.terms.policy ? { ...record.terms.policy, source: "certificate" } : fallback;
  const lead = effectiveBeforeDays(chosen.beforeDays, record.issue);
  const method = record.terms.approver.method;
  return {
    reference: order.reference,
    status: statusOf(certificate, now),
    domain: order.domain,
    product: order.product,
    years: record.terms.years,
    account: record.account,
    certId: certificate.certId,
    orderId: purchases.at(-1)?.orderId ?? null,
    expirationDate: record.issue ? utcDate(new Date(record.issue.notAfter)) : null,
    paidUntil: ends && record.terms.years > 1 ? utcDate(ends) : null,
    serialNumber: record.issue?.serialNumber ?? null,
    notBefore: record.issue?.notBefore ?? null,
    notAfter: record.issue?.notAfter ?? null,
    policy: { mode: chosen.mode, beforeDays: chosen.beforeDays, effectiveBeforeDays: lead, source: chosen.source },
    nextAction: nextAction(certificate, chosen.mode, lead),
    reissues: record.reissues,
    validation: {
      method,
      approverEmail: record.terms.approver.method === "email" ? record.terms.approver.email : null,
      dns: record.validation.dns,
      file: record.validation.file,
      pendingSince: record.validation.pendingSince,
    },
    attention: record.attention satisfies Attention | null,
    doubt: record.doubt,
    failure: record.failure,
    purchases,
    timeline: record.timeline,
    acceptedAt: certificate.acceptedAt.toISOString(),
  };
}

function nextAction(certificate: Certificate, mode: EffectivePolicy["mode"], leadDays: number) {
  const { record, state } = certificate;
  if (state === "CANCELLED" || state === "REFUSED") return null;
  if (record.reissue || !record.issue) return record.nextLookAt ? { kind: "look", at: record.nextLookAt } : null;
  const ends = paidEnd(certificate);
  const expires = new Date(record.issue.notAfter);
  if (mode === "none" || (ends && expires >= ends)) return null;
  return { kind: mode === "auto" ? "reissue" : "remind", at: utcDate(plusDays(expires, -leadDays)) };
}
