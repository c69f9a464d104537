// The certificate as people and billing systems see it: computed from what is kept and the time, never kept itself.

import { DAY_MS, utcDate } from "../base/dates.ts";
import type { Cancellation, CancellationFacts } from "../refund/cancellation.ts";
import { type Due, dueOf, effectiveLead, givesUp, lastEnd } from "../subscription/due.ts";
import { reusableUntil } from "../subscription/limits.ts";
import type { EffectivePolicy } from "../subscription/policy.ts";
import { boughtEnd, paidEnd as endOfTerm } from "../subscription/term.ts";
import { type Certificate, paidEnd, policyOf, statusOf, subscriptionOf } from "./certificate.ts";

/**
 * What the policy does next, and when; null when nothing is left to do, or something is under way. `now`: as for
 * `dueOf`.
 */
export function nextDue(
  certificate: Certificate,
  policyFor: (service: string) => EffectivePolicy,
  now?: Date,
): Due | null {
  return dueOf(subscriptionOf(certificate), policyOf(certificate, policyFor), now);
}

/** The certificate as the API shows it. */
export function project(certificate: Certificate, now: Date, policyFor: (service: string) => EffectivePolicy) {
  const { order, record, purchases } = certificate;
  const ends = paidEnd(certificate);
  const chosen = policyOf(certificate, policyFor);
  const subscription = subscriptionOf(certificate);
  const { issue } = subscription;
  const lead = effectiveLead(chosen.beforeDays, issue);
  const { method } = record.terms.approver;
  const { last, pendingSince } = record.validation;
  return {
    reference: order.reference,
    status: statusOf(certificate, now),
    domain: order.domain,
    product: order.product,
    years: record.terms.years,
    brand: record.terms.brand ?? null,
    tenant: order.tenant ?? null,
    account: record.account,
    origin: record.origin ? { ...record.origin, adopted: record.adopted ?? null } : null,
    certId: certificate.certId,
    orderId: purchases.at(-1)?.orderId ?? null,
    expirationDate: record.issue ? utcDate(new Date(record.issue.notAfter)) : null,
    paidUntil: ends && record.terms.years > 1 ? utcDate(ends) : null,
    serialNumber: record.issue?.serialNumber ?? null,
    notBefore: record.issue?.notBefore ?? null,
    notAfter: record.issue?.notAfter ?? null,
    policy: { mode: chosen.mode, beforeDays: chosen.beforeDays, effectiveBeforeDays: lead, source: chosen.source },
    nextAction: nextAction(certificate, nextDue(certificate, policyFor, now), {
      end: lastEnd(subscription, now),
      givenUp: givenUpEnd(certificate, chosen, now),
    }),
    reissues: record.reissues,
    validation: {
      method,
      approverEmail: record.terms.approver.method === "email" ? record.terms.approver.email : null,
      agreed: agreedShown(record),
      dns: record.validation.dns,
      file: record.validation.file,
      proof: record.validation.proof,
      pendingSince,
      lastMethod: last?.method ?? null,
      lastAt: last?.at ?? null,
      reusableUntil: last && reusableUntil(new Date(last.at)).toISOString(),
    },
    attention: record.attention && { ...record.attention, daysLeft: daysLeft(issue, now) },
    doubt: record.doubt,
    failure: record.failure,
    warnings: record.issue?.warnings ?? [],
    cancellation: record.cancellation && shownCancellation(record.cancellation),
    purchases,
    timeline: record.timeline,
    acceptedAt: certificate.acceptedAt.toISOString(),
  };
}

function shownCancellation({ money, price, currency, certId, refundBy, ticket }: Cancellation): CancellationFacts {
  return { money, price, currency, certId, refundBy, ticket };
}

/** When the last term that is bought ends, where the rest of the paid term is given up; null once it has ended. */
function givenUpEnd(certificate: Certificate, policy: EffectivePolicy, now: Date): Date | null {
  const { terms, rule, years } = subscriptionOf(certificate);
  const [paid, bought] = [endOfTerm(terms, years), boughtEnd(terms, rule)];
  return paid && bought && bought > now && givesUp({ paid, bought }, policy) ? bought : null;
}

/**
 * `look`: something is under way, and eNom is asked again then. `ends`: nothing comes any more, whether or not the
 * customer was told; `at` is the day of the end, not of the mail.
 */
function nextAction(
  { record }: Certificate,
  due: Due | null,
  { end, givenUp }: { end: Date | null; givenUp: Date | null },
) {
  const underWay = record.reissue || record.renewal || !record.issue;
  if (underWay && record.nextLookAt) return { kind: "look", at: record.nextLookAt };
  if (end) return { kind: "ends", at: utcDate(end) };
  if (due) return { kind: due.kind, at: utcDate(due.at) };
  return givenUp && { kind: "ends", at: utcDate(givenUp) };
}

function agreedShown({ agreedMethod }: Certificate["record"]) {
  if (!agreedMethod) return null;
  const { method } = agreedMethod;
  return { method, email: agreedMethod.method === "email" ? agreedMethod.email : null };
}

/** Whole days that the customer's certificate is still valid: what a person has. Null where there is none. */
function daysLeft(issue: { notAfter: Date } | null, now: Date): number | null {
  return issue && Math.max(0, Math.floor((issue.notAfter.getTime() - now.getTime()) / DAY_MS));
}
