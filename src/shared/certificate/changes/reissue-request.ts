// Asks for a reissue: the same check whether it comes over HTTP, from the CLI or as a job from another system.

import { utcDate } from "../../base/dates.ts";
import type { Fault } from "../../base/fault.ts";
import { productNames } from "../../intake/product-names.ts";
import { defaultRules, type IntakeRules } from "../../intake/rules.ts";
import { type Certificate, csrOf, paidEnd } from "../certificate.ts";
import { type Csr, checkCsr, csrHash, readCsr } from "../csr.ts";
import { isAdopted, notAdoptedText } from "../imported/origin.ts";
import { isToBeCancelled } from "../operator-request.ts";
import { getProduct } from "../products.ts";
import { withEvent } from "../record.ts";
import { newSubjectFaults } from "./new-subject.ts";

export interface ReissueRequest {
  csr?: string | undefined;
  reason?: string | undefined;
  /** Names this request; the same one again changes nothing. */
  id: string;
  who: string;
}

export type ReissueAnswer =
  | { kind: "requested"; certificate: Certificate }
  /** This very request was taken before. */
  | { kind: "same" }
  /** Not now: not issued yet, one under way, or the order is over. */
  | { kind: "conflict"; message: string }
  | { kind: "wrong"; faults: Fault[] };

/** The certificate with the request in its record, to be saved; or why there will be no reissue. */
export async function requestReissue(
  certificate: Certificate,
  request: ReissueRequest,
  now: Date,
  rules: IntakeRules = defaultRules,
): Promise<ReissueAnswer> {
  const { record } = certificate;
  if (record.reissueRequest === request.id) return { kind: "same" };
  const conflict = conflictOf(certificate, now);
  if (conflict) return { kind: "conflict", message: conflict };
  const csr = await csrFor(certificate, request.csr, rules);
  if ("faults" in csr) return { kind: "wrong", faults: csr.faults };
  const reason = request.reason ?? "requested";
  const reissue = {
    number: record.reissues + 1,
    csr: csr.pem,
    csrHash: csrHash(csr.pem),
    reason,
    requestedAt: now.toISOString(),
    state: "requested" as const,
    lane: null,
    refusal: null,
    asked: 0,
  };
  const next = {
    ...record,
    reissue,
    reissueRequest: request.id,
    attention: record.attention?.code === "renewal-due" ? record.attention : null,
    trouble: null,
    nextLookAt: null,
    looks: 0,
  };
  const told = withEvent(next, now, "reissue.requested", `by ${request.who}: ${reason}`);
  return { kind: "requested", certificate: { ...certificate, record: told } };
}

/** The CSR of the request, by the rules for what comes in now; the current one was taken once, and is taken again. */
async function csrFor(
  certificate: Certificate,
  given: string | undefined,
  rules: IntakeRules,
): Promise<Csr | { faults: Fault[] }> {
  const inCsr = (messages: readonly string[]) => ({ faults: messages.map((message) => ({ field: "csr", message })) });
  const { order } = certificate;
  const current = csrOf(certificate);
  if (given === undefined || csrHash(given) === csrHash(current)) {
    const kept = await readCsr(current);
    return "faults" in kept ? inCsr(kept.faults) : kept;
  }
  const found = await checkCsr(given, rules);
  if ("faults" in found) return inCsr(found.faults);
  const faults = [
    ...inCsr(found.newFaults).faults,
    ...productNames(getProduct(order.product), found.csr).faults,
    ...newSubjectFaults(order.product, certificate.record.terms.contacts, found.csr.pem),
  ];
  if (found.csr.domain !== order.domain) {
    faults.push({
      field: "csr",
      message: `A reissue keeps its domain: the certificate is for ${order.domain}, the CSR for ${found.csr.domain}.`,
    });
  }
  return faults.length > 0 ? { faults } : found.csr;
}

function conflictOf(certificate: Certificate, now: Date): string | undefined {
  const { record, state } = certificate;
  const ends = paidEnd(certificate);
  if (state === "CANCELLED" || state === "REFUSED")
    return "The order is cancelled or refused: nothing is reissued for it.";
  if (isToBeCancelled(record)) return "The order is being cancelled: nothing is reissued for it.";
  if (!isAdopted(record, now)) return notAdoptedText(record);
  if (!record.issue) return "The certificate is not issued yet. Ask for the reissue once it is.";
  if (record.reissue) return "A reissue is already in progress. Wait until it is done.";
  if (record.renewal) return "The next term is being set up. It brings a new certificate: no reissue is needed.";
  if (ends && ends <= now) return `The paid term ended on ${utcDate(ends)}. Extend it first.`;
  return undefined;
}
