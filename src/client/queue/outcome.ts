// What became of an order that was put into the queue, read from where the fleet keeps it.
import { goesOnByItself } from "../../shared/base/codes.ts";
import { utcDate } from "../../shared/base/dates.ts";
import { type Certificate, statusOf } from "../../shared/certificate/certificate.ts";
import { CertfleetQueueError } from "./queue-error.ts";

export interface QueueOutcome {
  reference: string;
  status: "ordered" | "awaiting-validation" | "issued" | "reissuing" | "failed" | "attention" | "expired" | "cancelled";
  domain: string;
  account: string | null;
  /** eNom's number of the slot, and of its purchase. */
  certId: number | null;
  orderId: number | null;
  /** UTC date on which the current certificate ends. */
  expirationDate: string | null;
  serialNumber: string | null;
  notBefore: string | null;
  notAfter: string | null;
  /** The current certificate, leaf first, then its chain. */
  pem: string | null;
  /** Who must act, and what to do. */
  attention: { code: string; message: string; next: string } | null;
  failure: { code: string; message: string } | null;
}

export function outcomeOf(certificate: Certificate, now: Date): QueueOutcome {
  const { order, record, purchases, certId } = certificate;
  const { issue, attention, failure } = record;
  return {
    reference: order.reference,
    status: statusOf(certificate, now),
    domain: order.domain,
    account: record.account,
    certId,
    orderId: purchases.at(-1)?.orderId ?? null,
    expirationDate: issue && utcDate(new Date(issue.notAfter)),
    serialNumber: issue?.serialNumber ?? null,
    notBefore: issue?.notBefore ?? null,
    notAfter: issue?.notAfter ?? null,
    pem: issue?.pem ?? null,
    attention: attention && { code: attention.code, message: attention.message, next: attention.next },
    failure: failure && { code: failure.code, message: failure.message },
  };
}

/**
 * Whether the wait is over: the outcome where there is a certificate, undefined while the order goes on by itself.
 * @throws CertfleetQueueError `ended`, or `attention` where it does not go on before a person acts
 */
export function endOf(certificate: Certificate, now: Date): QueueOutcome | undefined {
  const outcome = outcomeOf(certificate, now);
  const { reference, status, attention, failure } = outcome;
  if (status === "issued" || status === "reissuing") return outcome;
  if (status === "failed" || status === "cancelled" || status === "expired")
    throw new CertfleetQueueError(`${reference} is ${status}${failure ? `: ${failure.message}` : ""}`, {
      code: "ended",
      outcome,
    });
  const { record } = certificate;
  if (attention && record.attention && !goesOnByItself(record.attention.code))
    throw new CertfleetQueueError(`${reference} needs attention: ${attention.message}`, { code: "attention", outcome });
  return undefined;
}
