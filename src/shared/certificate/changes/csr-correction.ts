// Corrects the CSR of an order that is not issued, and with it the name: the checks of an order's acceptance hold, and what
// was bought stays. The gateway only writes the request; a worker carries it out (decision 044).

import { isDeepStrictEqual } from "node:util";
import type { Fault } from "../../base/fault.ts";
import { defaultRules, type IntakeRules } from "../../intake/rules.ts";
import { type Certificate, csrOf, nextApprover } from "../certificate.ts";
import { csrHash } from "../csr.ts";
import { requestChange } from "../operator-request.ts";
import { type Approver, orderBody, parseOrder } from "../order.ts";
import type { CertificateRecord } from "../record.ts";
import { newSubjectFaults } from "./new-subject.ts";

export interface CsrChange {
  csr: string;
  /** Left out, the approver of the order stays. */
  approver?: Approver | undefined;
  reason: string;
  who: string;
}

export type CsrAnswer =
  | { kind: "requested"; certificate: Certificate }
  /** The order has this CSR and this approver already, or was just asked to take them. */
  | { kind: "same" }
  | { kind: "conflict"; message: string }
  | { kind: "wrong"; faults: Fault[] };

/** The certificate with the request in its record, to be saved; or why its CSR is not changed. */
export async function requestCsr(
  certificate: Certificate,
  change: CsrChange,
  now: Date,
  rules: IntakeRules = defaultRules,
): Promise<CsrAnswer> {
  const { order, record } = certificate;
  const over = conflictOf(certificate);
  if (over) return { kind: "conflict", message: over };
  const read = await parseOrder(bodyOf(certificate, change), now, rules);
  // What else only a new order must not have, this one was accepted with.
  const faults =
    "faults" in read ? read.faults : read.lateFaults.filter(({ field }) => /^(csr|approver)\b/.test(field));
  if ("faults" in read || faults.length > 0) return { kind: "wrong", faults };
  const { csr, domain } = read.order;
  const unnamed = newSubjectFaults(order.product, record.terms.contacts, csr);
  if (unnamed.length > 0 && csrHash(csr) !== csrHash(csrOf(certificate))) return { kind: "wrong", faults: unnamed };
  if (record.renewal && domain !== order.domain) {
    const message = `The next term keeps its name: the certificate is for ${order.domain}, the CSR for ${domain}.`;
    return { kind: "wrong", faults: [{ field: "csr", message }] };
  }
  // As it was read: spelling is normalised there, too.
  const approver = change.approver && read.order.approver;
  if (isSame(certificate, { csr, approver })) return { kind: "same" };
  const { reason, who } = change;
  const wish = { kind: "csr" as const, csr, domain, ...(approver && { approver }), reason, who, at: now.toISOString() };
  const answer = requestChange(certificate, wish, now);
  return "conflict" in answer
    ? { kind: "conflict", message: answer.conflict }
    : { kind: "requested", certificate: answer.certificate };
}

function conflictOf({ record, state }: Certificate): string | undefined {
  if (state === "CANCELLED" || state === "REFUSED") return "The order is cancelled or refused: its CSR stays as it is.";
  if (record.issue && !record.renewal)
    return "The certificate is issued: its CSR can no longer be corrected. For a new key, ask for a reissue; for another name, place a new order.";
  return undefined;
}

/** The order as it would be placed today, with the new CSR: its terms may have been changed since it was accepted. */
function bodyOf({ order, record }: Certificate, { csr, approver }: CsrChange): Record<string, unknown> {
  const known = Object.entries(order).filter(([field]) => field in orderBody.shape);
  const { contacts, customer } = record.terms;
  // What was agreed since goes before the order's own: it would be asked for the new name.
  return { ...Object.fromEntries(known), contacts, customer, csr, approver: approver ?? nextApprover({ record }) };
}

function isSame(
  { order, record }: Certificate,
  { csr, approver }: { csr: string; approver: Approver | undefined },
): boolean {
  const { wish } = record;
  const wanted = wish?.kind === "csr" ? wish : undefined;
  const current = wanted?.csr ?? csrOf({ order, record });
  const chosen = wanted?.approver ?? nextApprover({ record });
  if (csrHash(current) !== csrHash(csr)) return false;
  return approver === undefined || isDeepStrictEqual(approver, chosen);
}

/** The record once a correction is carried out. What the order had before is remembered: eNom may still show it. */
export function correct(
  { order, record }: Pick<Certificate, "order" | "record">,
  { csr, domain, approver }: { csr: string; domain: string; approver?: Approver | undefined },
): Partial<CertificateRecord> {
  const before = { csrHash: csrHash(csrOf({ order, record })), domain: order.domain };
  const former = [...(record.correction?.former ?? []), before].slice(-20);
  return {
    correction: { number: (record.correction?.number ?? 0) + 1, csr, domain, former },
    issuedCsr: null,
    ...(approver && { terms: { ...record.terms, approver }, agreedMethod: null }),
  };
}

/** Whether a slot carries what this order had before it was corrected: then nobody else configured it. */
export function isFormerOwn(
  { record }: Pick<Certificate, "record">,
  { csr, domain }: { csr: string; domain: string },
): boolean {
  const former = record.correction?.former ?? [];
  if (csr === "") return former.some((each) => each.domain === domain.toLowerCase());
  return former.some((each) => each.csrHash === csrHash(csr));
}
