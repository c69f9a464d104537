// Carries out what a person wished (rule 16 for money): resolve a parked order, change the approver, cancel. Kept in the record until done.
import { type Certificate, type Wish, withEvent } from "../../shared/certificate.ts";
import { Refused } from "../../shared/errors.ts";
import { getProduct } from "../../shared/products.ts";
import { findAttempt } from "../ledger/attempt.ts";
import { buyAgain, cancelOrder, reopenConfiguration } from "../ledger/moves.ts";
import type { Outcome } from "../outcome.ts";
import { slotOf } from "./configure.ts";
import type { OrderNeeds } from "./needs.ts";
import { fresh, own } from "./own.ts";

export async function grant(certificate: Certificate, needs: OrderNeeds): Promise<Certificate | Outcome> {
  const { wish } = certificate.record;
  if (!wish) return certificate;
  const done = await carryOut(certificate, wish, needs);
  if (typeof done === "object" && "waitSeconds" in done) return done;
  const now = needs.clock.now();
  const next = await fresh(certificate.order.reference, needs);
  const reason = "reason" in wish ? `: ${wish.reason}` : "";
  if ("refusal" in done) {
    const attention = next.record.attention && {
      ...next.record.attention,
      message: `${done.refusal} (${next.record.attention.message})`,
    };
    const told = withEvent({ ...next.record, wish: null, attention }, now, "decision.refused", done.refusal);
    return needs.certificates.save({ ...next, record: told }, now);
  }
  const over = { ...next.record, ...done.change, wish: null, attention: null, trouble: null, nextLookAt: null };
  const told = withEvent(over, now, done.event, `by ${wish.who}${reason}`);
  needs.log.info({ event: done.event, reference: certificate.order.reference, who: wish.who });
  return needs.certificates.save({ ...next, record: told }, now);
}

type Done = { event: string; change?: Partial<Certificate["record"]> } | { refusal: string } | Exclude<Outcome, "done">;

function carryOut(certificate: Certificate, wish: Wish, needs: OrderNeeds): Promise<Done> {
  switch (wish.kind) {
    case "cancel":
      return cancel(certificate, needs);
    case "approver":
      return approver(certificate, wish.email, needs);
    case "resolve":
      return wish.decision === "cancel" ? cancel(certificate, needs) : resolve(certificate, wish, needs);
  }
}

async function resolve(
  certificate: Certificate,
  wish: Extract<Wish, { kind: "resolve" }>,
  needs: OrderNeeds,
): Promise<Done> {
  const { order, record, attempt: number, state } = certificate;
  const event = `decision.${wish.decision}`;
  if (wish.decision === "retry") return retry(certificate, needs);
  if (state !== "PARKED") return { refusal: `Only a parked purchase can be decided on; this order is ${state}.` };
  const account = record.account ?? "";
  if (wish.decision === "adopt") return adopt(certificate, wish.certId ?? 0, needs);
  const answer = await buyAgain(
    needs,
    { reference: order.reference, account, number },
    `${wish.decision}: ${wish.reason} (${wish.who})`,
  );
  return answer === "ok" ? { event } : { refusal: `The ledger refused: the order is ${answer}.` };
}

/** The slot must exist at this account, be of the class that was bought, and be free or carry this order's CSR. */
async function adopt(certificate: Certificate, certId: number, needs: OrderNeeds): Promise<Done> {
  const { order, record, attempt: number } = certificate;
  const account = needs.accounts.find(record.account ?? "");
  const attempt = await findAttempt(needs, order.reference, number);
  if (!account || !attempt) return { refusal: "The order's account or its purchase attempt is not known here." };
  const detail = await account.enom.detail(certId).catch((error: unknown) => {
    if (error instanceof Refused) return undefined;
    throw error;
  });
  if (!detail) return { refusal: `eNom knows no CertID ${certId} in account ${account.entry.id}.` };
  const { prodType, name } = getProduct(order.product);
  const months = attempt.years * 12;
  if (detail.prodType !== prodType || detail.validityMonths !== months) {
    return { refusal: `CertID ${certId} is not ${name} for ${months} months.` };
  }
  if (detail.domain !== "" && detail.domain.toLowerCase() !== order.domain) {
    return { refusal: `CertID ${certId} is configured for ${detail.domain}.` };
  }
  const slot = { reference: order.reference, account: account.entry.id, number, certId, orderId: detail.orderId };
  const owned = await own({ ...slot, service: attempt.service, years: attempt.years }, needs, ["PARKED"]);
  if (typeof owned === "object" && "state" in owned) return { event: "decision.adopt" };
  return { refusal: `CertID ${certId} could not be claimed for this order.` };
}

async function retry(certificate: Certificate, needs: OrderNeeds): Promise<Done> {
  const { state, record } = certificate;
  if (state === "PARKED")
    return { refusal: "A parked purchase is never simply retried: decide adopt, not-bought, refunded or cancel." };
  const reopen = record.attention?.code === "rejected-by-owner" || record.attention?.code === "configured-otherwise";
  if (reopen) await reopenConfiguration(needs, slotOf(certificate, needs).slot);
  const again = reopen ? { submittedAt: null, instructed: false } : {};
  const reissue =
    record.reissue?.state === "sending" ? { ...record.reissue, state: "requested" as const } : record.reissue;
  return { event: "decision.retry", change: { ...again, reissue } };
}

/** Before submission the new address is simply used; behind it eNom changes it, or sends the mail again. */
async function approver(certificate: Certificate, email: string | undefined, needs: OrderNeeds): Promise<Done> {
  const { record, state } = certificate;
  const terms = email ? { ...record.terms, approver: { method: "email" as const, email } } : record.terms;
  const event = email ? "approver.changed" : "approver.resent";
  if (state !== "CONFIGURED" || !record.submittedAt) return { event, change: { terms } };
  const { account, slot } = slotOf(certificate, needs);
  if (record.terms.approver.method !== "email") return { refusal: "This certificate is not validated by e-mail." };
  try {
    if (email) await account.enom.changeApproverEmail({ certId: slot.certId, email });
    else await account.enom.resendApproverEmail(slot.certId);
  } catch (error) {
    if (error instanceof Refused && error.code === "enom-refused") return { refusal: error.message };
    throw error;
  }
  const validation = { ...record.validation, pendingSince: needs.clock.now().toISOString() };
  return { event, change: { terms, validation, instructed: !email } };
}

/** A purchase in the air is waited for. What is at the CA is called back while eNom still allows it. */
async function cancel(certificate: Certificate, needs: OrderNeeds): Promise<Done> {
  const { order, record, attempt } = certificate;
  if (record.submittedAt && !record.issue && certificate.certId !== null) {
    const { account, slot } = slotOf(certificate, needs);
    const { statusId } = await account.enom.detail(slot.certId);
    if (statusId === 2 || statusId === 9) await account.enom.cancelConfiguration(slot.certId);
  }
  const answer = await cancelOrder(needs, order.reference, attempt);
  if (answer === "ok") return { event: "certificate.cancelled", change: { reissue: null } };
  const waitSeconds = needs.pace.settleSeconds / 20;
  return { waitSeconds, because: "a purchase is in the air; the order is cancelled when its outcome is known" };
}
