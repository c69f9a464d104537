// Writes an operator's request into the record, where the worker finds it. Refuses one that cannot be carried out now.

import { utcDate } from "../base/dates.ts";
import type { Fault } from "../base/fault.ts";
import { approverFaults } from "../intake/approvers.ts";
import { defaultRules, type IntakeRules } from "../intake/rules.ts";
import { isUsable, otherMethods } from "../subscription/email-ending.ts";
import { EMAIL_VALIDATION_ENDS } from "../subscription/limits.ts";
import type { Certificate } from "./certificate.ts";
import type { Approver } from "./order.ts";
import { getProduct } from "./products.ts";
import { type CertificateRecord, type OperatorRequest, withEvent } from "./record.ts";
import { REQUEST_MADE } from "./timeline-events.ts";

export type ChangeAnswer = { certificate: Certificate } | { conflict: string };

/** The certificate with the request in its record, to be saved and enqueued. One request at a time. */
export function requestChange(certificate: Certificate, wish: OperatorRequest, now: Date): ChangeAnswer {
  const conflict = conflictOf(certificate, wish, now);
  if (conflict) return { conflict };
  const made = wish.kind === "resolve" ? { ...wish, attempt: certificate.attempt } : wish;
  const detail = wish.kind === "resolve" ? wish.decision : wish.kind;
  const record = withEvent(
    { ...certificate.record, wish: made, nextLookAt: null },
    now,
    REQUEST_MADE,
    `${detail} by ${wish.who}`,
  );
  return { certificate: { ...certificate, record } };
}

/** What an agreement ends: nothing else than a usable way of validation was missing. */
const ENDED_BY_AGREEMENT: ReadonlySet<string> = new Set(["validation-needed", "email-validation-ended"]);

/**
 * The certificate with the way in which its domain is validated next: at the submission of an order or of its next
 * term, or at a reissue that needs the owner. On any certificate, at any time; what is at the certificate authority
 * already goes on as it was submitted.
 */
export function agreeOnMethod(
  certificate: Certificate,
  agreed: Approver,
  { who, now, rules = defaultRules }: { who: string; now: Date; rules?: IntakeRules | undefined },
): ChangeAnswer | { faults: Fault[] } {
  const { order, record, state } = certificate;
  if (state === "CANCELLED" || state === "REFUSED")
    return { conflict: "The order is cancelled or refused: nothing is validated for it any more." };
  const { methods, name } = getProduct(order.product);
  if (!methods.includes(agreed.method)) {
    const message = `${name} offers validation by ${methods.join(", ")}, not by ${agreed.method}.`;
    return { faults: [{ field: "method", message }] };
  }
  if (!isUsable(agreed.method, methods, now)) {
    const others = otherMethods({ methods });
    const rest = others.length > 0 ? `Agree on ${others.join(" or ")}.` : `${name} offers no other method.`;
    const rule = `No domain is validated by e-mail any more since ${utcDate(EMAIL_VALIDATION_ENDS)}.`;
    return { faults: [{ field: "method", message: `${rule} ${rest}` }] };
  }
  const wrong = agreed.method === "email" ? approverFaults(agreed.email, order.domain, rules) : [];
  if (wrong.length > 0) return { faults: wrong.map(({ message }) => ({ field: "email", message })) };
  // The constructed addresses are lower case, and eNom may compare letter by letter.
  const kept = agreed.method === "email" ? { ...agreed, email: agreed.email.toLowerCase() } : agreed;
  const goesOn = record.attention !== null && ENDED_BY_AGREEMENT.has(record.attention.code);
  const calm = goesOn ? { attention: null, trouble: null, nextLookAt: null } : {};
  const detail = `${agreed.method}${kept.method === "email" ? ` ${kept.email}` : ""}, by ${who}`;
  const told = withEvent({ ...record, ...calm, agreedMethod: kept }, now, "validation.agreed", detail);
  return { certificate: { ...certificate, record: told } };
}

function conflictOf({ order, record, state }: Certificate, wish: OperatorRequest, now: Date): string | undefined {
  if (record.wish) return "An earlier request for this order is still being carried out. Try again in a moment.";
  if (state === "CANCELLED" || state === "REFUSED") return "The order is cancelled or refused. Nothing can be changed.";
  // A cancellation is a decision that nobody has to be asked for.
  if (wish.kind === "resolve" && wish.decision !== "cancel") {
    if (!record.attention) return "Nothing waits for a decision: this order needs no attention.";
    const moneyDecision = wish.decision === "adopt" || wish.decision === "not-bought" || wish.decision === "refunded";
    if (moneyDecision && state !== "PARKED")
      return `The decision ${wish.decision} is for a parked purchase. This order has none.`;
    if (wish.decision === "retry" && state === "PARKED") {
      return "A parked purchase cannot be retried. Decide adopt, not-bought, refunded or cancel.";
    }
  }
  return wish.kind === "approver" ? approverConflict({ order, record }, wish, now) : undefined;
}

function approverConflict(
  { order, record }: Pick<Certificate, "order" | "record">,
  { email, method }: Extract<OperatorRequest, { kind: "approver" }>,
  now: Date,
): string | undefined {
  const { issue, reissue, renewal, submittedAt } = record;
  if (issue && !reissue && !renewal) return "The certificate is issued: no approval is needed any more.";
  if (method) {
    const { methods, name } = getProduct(order.product);
    if (!methods.includes(method)) return `${name} offers validation by ${methods.join(", ")}, not by ${method}.`;
    if (submittedAt && !(reissue && !renewal))
      return "The order was submitted to the certificate authority with another method. It can no longer be changed.";
    return undefined;
  }
  if (now >= EMAIL_VALIDATION_ENDS)
    return `No certificate is validated by e-mail any more since ${utcDate(EMAIL_VALIDATION_ENDS)}.`;
  if (!email && !submittedAt) return "No approval mail was sent yet.";
  return undefined;
}

/** What is cancelled or corrected is known only when a purchase in flight is settled; other requests need not wait for it. */
export function waitsForPurchase({ wish }: Pick<CertificateRecord, "wish">): boolean {
  return wish?.kind === "csr" || isToBeCancelled({ wish });
}

/** Nothing is begun for an order that somebody cancels. */
export function isToBeCancelled({ wish }: Pick<CertificateRecord, "wish">): boolean {
  return wish?.kind === "cancel" || (wish?.kind === "resolve" && wish.decision === "cancel");
}
