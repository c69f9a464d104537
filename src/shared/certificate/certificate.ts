// The life of one certificate as it is kept: the order, its ledger facts, its record. Money facts are the ledger's:
// here they are only repeated.

import type { AttentionCode } from "../base/codes.ts";
import { type Subscription, shareOf } from "../subscription/due.ts";
import { otherMethods } from "../subscription/email-ending.ts";
import { type EffectivePolicy, giveUpDaysOf } from "../subscription/policy.ts";
import { paidEnd as endOfTerm, type Term } from "../subscription/term.ts";
import { type Attention, raise } from "./attention.ts";
import { heldUntil } from "./imported/origin.ts";
import type { Approver, Order } from "./order.ts";
import { getProduct } from "./products.ts";
import type { CertificateRecord } from "./record.ts";

/**
 * Where an order stands in the ledger. Only the ledger's scripts move it: APPROVED → BUYING → OWNED → CONFIGURING →
 * CONFIGURED; BUYING → PARKED → (a person) → OWNED, BUYING or CANCELLED; APPROVED or BUYING → REFUSED when eNom will
 * not sell it.
 */
export const ledgerStates = [
  "APPROVED",
  "BUYING",
  "PARKED",
  "OWNED",
  "CONFIGURING",
  "CONFIGURED",
  "REFUSED",
  "CANCELLED",
] as const;
export type LedgerState = (typeof ledgerStates)[number];

export interface Purchase {
  certId: number;
  orderId: number | null;
  at: string;
  years?: number | undefined;
  refunded?: true | undefined;
}

/** Everything that is known of one order: its immutable text, its ledger facts, its record. */
export interface Certificate {
  order: Order;
  acceptedAt: Date;
  state: LedgerState;
  /** The slot that the ledger says this order holds. */
  certId: number | null;
  /** When the slot of the present term was bought, also where another order had it first. Absent before the purchase. */
  slotBoughtAt?: Date | undefined;
  purchases: Purchase[];
  /** Which term of the order the ledger is at: 1 with the first purchase, one more with each renewal. */
  term: number;
  /** Number of the newest purchase attempt, 0 before the first. */
  attempt: number;
  /** How often a machine bought again for this order. */
  rebuys: number;
  version: number;
  record: CertificateRecord;
  /** The record as it was read or last saved: what is new since is told with the next save (`told-events.ts`). */
  told: CertificateRecord;
}

/** Nothing is left to do for the `open` worker until somebody requests a change. */
export function isFinished({ state, record }: Certificate): boolean {
  if (record.wish) return false;
  if (state === "CANCELLED") return !record.cancellation?.lookAt;
  if (state === "REFUSED") return record.failure !== null;
  return record.issue !== null && !record.renewal && record.toldSerial === record.issue.serialNumber;
}

/** What a parked order asks a person: nothing else may cover it, and nothing but a decision answers it. */
export const parkedCodes: ReadonlySet<string> = new Set(["purchase-unknown", "refunded"]);

/** Parked, and a person was told. The ledger parks first, so a process may die in between. */
export function isParkedAndTold({ state, record }: Pick<Certificate, "state" | "record">): boolean {
  return state === "PARKED" && record.attention !== null && parkedCodes.has(record.attention.code);
}

/** Attention for an order. The end of its certificate, while it has one, is the time by which somebody must act. */
export function raiseFor(
  { order: { reference, product }, record }: Pick<Certificate, "order" | "record">,
  code: AttentionCode,
  message: string,
  at: Date,
  account = record.account,
): Attention {
  const isCurable = otherMethods(getProduct(product)).length > 0;
  return raise(code, message, { reference, at, by: record.issue?.notAfter ?? null, isCurable, account });
}

/** How the domain is validated next: as was agreed since, else as before. */
export function nextApprover({ record }: Pick<Certificate, "record">): Approver {
  return record.agreedMethod ?? record.terms.approver;
}

export function statusOf({ state, record }: Certificate, now: Date): Status {
  if (state === "CANCELLED") return "cancelled";
  if (state === "REFUSED") return "failed";
  if (record.issue) {
    if (new Date(record.issue.notAfter) < now) return "expired";
    return record.reissue || record.renewal ? "reissuing" : "issued";
  }
  if (record.attention) return "attention";
  return record.submittedAt ? "awaiting-validation" : "ordered";
}

/**
 * Purchases whose money was not given back, as terms. What was bought before purchases knew their years is the whole
 * plan.
 */
export function termsOf({ purchases, record }: Pick<Certificate, "purchases" | "record">): Term[] {
  return purchases
    .filter(({ refunded }) => !refunded)
    .map(({ at, years = record.plan?.years ?? 1 }) => ({ at: new Date(at), years }));
}

/** End of the paid term: purchase date + years, the day clamped. Null before the purchase. */
export function paidEnd(certificate: Pick<Certificate, "purchases" | "record">): Date | null {
  return endOfTerm(termsOf(certificate), certificate.record.terms.years);
}

/** What the policy's schedule depends on. Nothing is due while something is under way, or when the order is over. */
export function subscriptionOf(certificate: Certificate): Subscription {
  const { order, record, state } = certificate;
  const { issue, reissue, renewal, wish: wished, actedOn, reminded, toldOfRenewal, toldOfRemainder } = record;
  return {
    ...{ actedOn, reminded, toldOfRenewal, toldOfRemainder },
    share: shareOf(order.reference),
    years: record.terms.years,
    terms: termsOf(certificate),
    rule: getProduct(order.product).renewal,
    issue: issue && {
      serialNumber: issue.serialNumber,
      notBefore: new Date(issue.notBefore),
      notAfter: new Date(issue.notAfter),
    },
    isBusy: state !== "CONFIGURED" || renewal !== null || wished !== null,
    isReissuing: reissue !== null,
    heldUntil: heldUntil(record),
  };
}

/** The CSR that the certificate is, or is to be, made of. */
export function csrOf({ order, record }: Pick<Certificate, "order" | "record">): string {
  return record.issuedCsr ?? order.csr;
}

export const statuses = [
  "ordered",
  "awaiting-validation",
  "issued",
  "reissuing",
  "failed",
  "attention",
  "expired",
  "cancelled",
] as const;

export type Status = (typeof statuses)[number];

/** The policy that holds for the certificate: its order's own, and what that leaves out, the fleet's. */
export function policyOf(
  { order, record }: Certificate,
  policyFor: (service: string) => EffectivePolicy,
): EffectivePolicy {
  const configured = policyFor(order.product);
  const { policy: own, remainder } = record.terms;
  const { mode = configured.mode, beforeDays = configured.beforeDays } = own ?? {};
  const held = own ? { mode, beforeDays, source: "certificate" as const } : configured;
  const giveUpDays = remainder === undefined ? configured.giveUpDays : giveUpDaysOf(remainder);
  return giveUpDays === undefined ? held : { ...held, giveUpDays };
}
