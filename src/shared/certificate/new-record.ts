// What an order's record begins with: when it was accepted, and when its next term was begun.
import { type Actor, actorText } from "../authority/actor.ts";
import type { Certificate } from "./certificate.ts";
import type { Order } from "./order.ts";
import type { CertificateRecord } from "./record.ts";

/** No step of this term was done: not submitted, nobody told, not looked at. */
export const NOTHING_DONE = {
  submittedAt: null,
  instructed: false,
  validation: {
    dns: null,
    file: null,
    proof: null,
    pendingSince: null,
    approvedAt: null,
    asked: 0,
    askedAt: null,
    last: null,
  },
  looks: 0,
  nextLookAt: null,
  undelivered: null,
} satisfies Partial<CertificateRecord>;

/**
 * The record of an order whose next term was begun in the ledger: its steps start anew, its issue stays what the
 * customer has.
 */
export function atNextTerm(record: CertificateRecord, number: number, at: Date): CertificateRecord {
  const { last } = record.validation;
  const anew = { ...NOTHING_DONE, validation: { ...NOTHING_DONE.validation, last } };
  const calm = { doubt: null, attention: null, trouble: null };
  return {
    ...record,
    ...anew,
    ...calm,
    reissue: null,
    plan: null,
    slotMethod: null,
    term: number,
    renewal: { since: at.toISOString() },
  };
}

/** An order as it is accepted: the ledger knows nothing of it yet. */
export function newCertificate(order: Order, at: Date, by?: Actor): Certificate {
  const record = newRecord(order, at, by);
  const facts = { state: "APPROVED", certId: null, term: 1, attempt: 0, rebuys: 0, version: 1 } as const;
  return { order, record, told: record, acceptedAt: at, ...facts, purchases: [] };
}

/** `by`: who ordered, where that is known. */
export function newRecord(order: Order, at: Date, by?: Actor): CertificateRecord {
  const { years, policy: ordered, customer: buyer, brand: named, contacts: people, approver: chosen } = order;
  const { originals: spellings, remainder: rest } = order;
  const what = `${order.product} for ${order.domain}`;
  return {
    ...(by && { orderedBy: by }),
    account: order.account ?? null,
    term: 1,
    renewal: null,
    terms: {
      years,
      ...(ordered && { policy: ordered }),
      customer: buyer,
      ...(named && { brand: named }),
      contacts: people,
      ...(spellings && { originals: spellings }),
      approver: chosen,
      ...(rest && { remainder: rest }),
    },
    plan: null,
    agreedMethod: null,
    slotMethod: null,
    ...NOTHING_DONE,
    issue: null,
    issuedCsr: null,
    toldSerial: null,
    reissues: 0,
    reissue: null,
    reissueRequest: null,
    actedOn: null,
    reminded: null,
    toldOfRenewal: 0,
    toldOfRemainder: 0,
    extension: null,
    wish: null,
    correction: null,
    cancellation: null,
    doubt: null,
    attention: null,
    failure: null,
    trouble: null,
    timeline: [
      { at: at.toISOString(), event: "certificate.ordered", detail: by ? `${what}, by ${actorText(by)}` : what },
    ],
  };
}
