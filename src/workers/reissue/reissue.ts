// Carries a reissue on: requested → sent, or asked of a person → the new certificate taken in. The old one stays valid
// all the while.

import { type Certificate, subscriptionOf } from "../../shared/certificate/certificate.ts";
import { isToBeCancelled } from "../../shared/certificate/operator-request.ts";
import { laneByHand } from "../../shared/certificate/products.ts";
import { withEvent } from "../../shared/certificate/record.ts";
import type { JobData } from "../../shared/queue/jobs.ts";
import { boughtEnd, paidEnd } from "../../shared/subscription/term.ts";
import { sweepDue } from "../due/sweep.ts";
import { mustAct } from "../observe/must-act.ts";
import { mailOwnerInstructions, tellStarted } from "../order/customer-mails.ts";
import { loadOrder } from "../order/load.ts";
import type { OrderNeeds } from "../order/needs.ts";
import { handleStepError } from "../order/step-errors.ts";
import { whyNotValidated } from "../order/usable-method.ts";
import { isInstructable, ownerAsked, ownerMustAct, withAgreed } from "../order/validation.ts";
import { clearTrouble, raiseAttention } from "../order/waiting.ts";
import { LEFT_TO_OTHERS, type Outcome } from "../runtime/outcome.ts";
import { acceptRequest } from "./accept.ts";
import { askDepartment } from "./by-hand.ts";
import { checkReissue } from "./check-reissue.ts";
import { findOut, send } from "./send.ts";

/**
 * A bare reference only wakes the worker. A job with a CSR or a reason, put into the queue by another system, asks for
 * a reissue first; `jobId` makes that request one, however often the job is delivered. `sweep` looks for what is due by
 * policy.
 */
export async function reissueCertificate(job: JobData<"reissue">, jobId: string, needs: OrderNeeds): Promise<Outcome> {
  if ("sweep" in job) return sweepDue(needs);
  if (job.csr !== undefined || job.reason !== undefined) await acceptRequest(job, jobId, needs);
  for (;;) {
    if (needs.isStopping?.()) return LEFT_TO_OTHERS;
    const certificate = await loadOrder(job.reference, needs);
    const { record, state } = certificate;
    if (!record.reissue || state !== "CONFIGURED" || isToBeCancelled(record)) return "done";
    const next = isTermOver(certificate, needs.clock.now()) ? drop : stepIfLive;
    const result = await handleStepError(() => next(certificate, needs), job.reference, needs);
    if (result !== "on") return result;
  }
}

/** Behind the term that was bought eNom reissues nothing; what comes next is the next term, if one is paid for. */
function isTermOver(certificate: Certificate, now: Date): boolean {
  const { terms, rule, years } = subscriptionOf(certificate);
  const ends = [paidEnd(terms, years), boughtEnd(terms, rule)];
  return ends.some((end) => end !== null && end <= now);
}

async function drop(certificate: Certificate, needs: OrderNeeds): Promise<Outcome> {
  const now = needs.clock.now();
  const calm = { ...clearTrouble(certificate.record, now), reissue: null, instructed: true };
  const told = withEvent(calm, now, "reissue.dropped", "the term is over");
  await needs.certificates.save({ ...certificate, record: told }, now);
  return "done";
}

async function stepIfLive(certificate: Certificate, needs: OrderNeeds): Promise<"on" | Outcome> {
  await mustAct(certificate, needs);
  return step(certificate, needs);
}

async function step(certificate: Certificate, needs: OrderNeeds): Promise<"on" | Outcome> {
  const { reissue, instructed } = certificate.record;
  switch (reissue?.state) {
    case "requested":
      return begin(certificate, needs);
    case "sending":
      return findOut(certificate, needs);
    case "sent":
    case "asked":
      if (instructed) return checkReissue(certificate, needs);
      await mailOwnerInstructions(certificate, needs);
      return "on";
    case undefined:
      return "done";
  }
}

/**
 * Known before anything is sent: whether the owner must act, and can, and whether eNom's API can do it at all. Its
 * CertReissueCert names no method: the slot's own holds, and another one is chosen by hand.
 */
async function begin(certificate: Certificate, needs: OrderNeeds): Promise<"on" | Outcome> {
  const { order } = certificate;
  const now = needs.clock.now();
  const mustAct = await ownerMustAct(certificate, needs);
  const needed = mustAct ? whyNotValidated(certificate, now) : undefined;
  if (needed) return raiseAttention(certificate, needed, needs);
  const record = mustAct ? withAgreed(certificate.record) : certificate.record;
  const validation = mustAct
    ? ownerAsked(record, now)
    : { ...record.validation, dns: null, file: null, pendingSince: null };
  const instructed = !mustAct || !isInstructable({ terms: record.terms, validation });
  const known = { ...certificate, record: { ...record, validation, instructed } };
  if (!mustAct) await tellStarted(certificate, needs);
  const lane = needs.productFor(order.product).reissue;
  if (lane !== "api") return askDepartment(known, { lane, because: "lane" }, needs);
  const { slotMethod, terms } = record;
  if (mustAct && slotMethod && slotMethod !== terms.approver.method)
    return askDepartment(known, { lane: laneByHand(order.product), because: "method" }, needs);
  return send(known, needs);
}
