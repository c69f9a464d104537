// The life of one certificate as it is kept: the order, its ledger facts, its record. Money facts are the ledger's: here they are only repeated.
import { z } from "zod";
import { attention } from "./attention.ts";
import { plusYears } from "./dates.ts";
import type { Status } from "./keys.ts";
import { approver, contacts, customer, type Order, policy } from "./order.ts";

/**
 * Where an order stands in the ledger. Only the ledger's scripts move it: APPROVED → BUYING → OWNED → CONFIGURING → CONFIGURED;
 * BUYING → PARKED → (a person) → OWNED, BUYING or CANCELLED; APPROVED or BUYING → REFUSED when eNom will not sell it.
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

const time = z.string();
const dnsRecord = z.object({ name: z.string(), type: z.string(), value: z.string() });
const fileProof = z.object({ url: z.string(), content: z.string() });

/** One technical certificate, read from its X.509. */
export const issue = z.object({
  serialNumber: z.string(),
  notBefore: time,
  notAfter: time,
  /** Leaf first, then the chain. */
  pem: z.string(),
  csrHash: z.string(),
});
export type Issue = z.infer<typeof issue>;

/** A wish of a person that the worker carries out; at most one waits at a time. */
export const wish = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("resolve"),
    decision: z.enum(["adopt", "not-bought", "refunded", "retry", "cancel"]),
    certId: z.int().positive().optional(),
    /** The purchase attempt that was decided on: a wish out of an old backup does not decide on a later one. */
    attempt: z.int().optional(),
    reason: z.string(),
    who: z.string(),
    at: time,
  }),
  z.object({ kind: z.literal("approver"), email: z.string().optional(), who: z.string(), at: time }),
  z.object({ kind: z.literal("cancel"), reason: z.string(), who: z.string(), at: time }),
]);
export type Wish = z.infer<typeof wish>;

const reissue = z.object({
  number: z.int(),
  csr: z.string(),
  csrHash: z.string(),
  reason: z.string(),
  requestedAt: time,
  /** `sending` is saved before eNom is asked: found again, it means doubt, and doubt reads before it sends. */
  state: z.enum(["requested", "sending", "sent"]),
});

const sum = z.string();
/** What a person needs to decide on a parked purchase: what was sent, what was there before, what eNom shows since. */
export const doubt = z.object({
  attempt: z.int(),
  service: z.string(),
  years: z.int(),
  price: sum,
  sentAt: time,
  reason: z.string(),
  before: z.object({ balance: sum, newestOrderId: z.int() }),
  /** When eNom was asked for what follows. */
  lookedAt: time,
  /** Slots of the class that no order holds; `owner` is what the ledger says of them, null when nothing. */
  candidates: z.array(
    z.object({
      certId: z.int(),
      orderId: z.int().nullable(),
      orderDate: z.string().nullable(),
      domain: z.string(),
      owner: z.string().nullable(),
    }),
  ),
  /** Newer than the purchase, newest first. */
  orders: z.array(z.object({ orderId: z.int(), orderDate: z.string().nullable() })),
  transactions: z.array(
    z.object({ orderId: z.int().nullable(), amount: sum, at: z.string().nullable(), description: z.string() }),
  ),
  /** What could not be read. */
  missing: z.array(z.string()),
});
export type Doubt = z.infer<typeof doubt>;

export const certificateRecord = z.object({
  account: z.string().nullable(),
  /** What may change after the order was accepted. */
  terms: z.object({ years: z.int(), policy: policy.optional(), customer, contacts, approver }),
  /** What is bought at once: decided from eNom's catalogue before the purchase. */
  plan: z.object({ years: z.int(), price: z.string(), currency: z.string() }).nullable(),
  submittedAt: time.nullable(),
  /** `validation-required` has been asked for with these instructions. */
  instructed: z.boolean(),
  validation: z.object({ dns: dnsRecord.nullable(), file: fileProof.nullable(), pendingSince: time.nullable() }),
  looks: z.int(),
  nextLookAt: time.nullable(),
  issue: issue.nullable(),
  /** The CSR of the current issue when a reissue changed it. */
  issuedCsr: z.string().nullable(),
  /** Serial number of the issue that the customer was told of. */
  toldSerial: z.string().nullable(),
  reissues: z.int(),
  reissue: reissue.nullable(),
  /** Identity of the newest request for a reissue, so that a job delivered twice asks once. */
  reissueRequest: z.string().nullable(),
  wish: wish.nullable(),
  /** What is known of a parked purchase. */
  doubt: doubt.nullable().default(null),
  attention: attention.nullable(),
  failure: z.object({ code: z.string(), message: z.string() }).nullable(),
  /** Looks in a row that ended in trouble (eNom away, a bug); 0 after any success. */
  trouble: z.object({ count: z.int(), since: time }).nullable(),
  timeline: z.array(z.object({ at: time, event: z.string(), detail: z.string() })),
});
export type CertificateRecord = z.infer<typeof certificateRecord>;

export interface Purchase {
  certId: number;
  orderId: number | null;
  at: string;
}

/** Everything that is known of one order: its immutable text, its ledger facts, its record. */
export interface Certificate {
  order: Order;
  acceptedAt: Date;
  state: LedgerState;
  /** The slot that the ledger says this order holds. */
  certId: number | null;
  purchases: Purchase[];
  /** Number of the newest purchase attempt, 0 before the first. */
  attempt: number;
  /** How often a machine bought again for this order. */
  rebuys: number;
  version: number;
  record: CertificateRecord;
}

export function newRecord(order: Order, at: Date): CertificateRecord {
  const { years, policy: ordered, customer: buyer, contacts: people, approver: chosen } = order;
  return {
    account: order.account ?? null,
    terms: { years, ...(ordered && { policy: ordered }), customer: buyer, contacts: people, approver: chosen },
    plan: null,
    submittedAt: null,
    instructed: false,
    validation: { dns: null, file: null, pendingSince: null },
    looks: 0,
    nextLookAt: null,
    issue: null,
    issuedCsr: null,
    toldSerial: null,
    reissues: 0,
    reissue: null,
    reissueRequest: null,
    wish: null,
    doubt: null,
    attention: null,
    failure: null,
    trouble: null,
    timeline: [{ at: at.toISOString(), event: "certificate.ordered", detail: `${order.product} for ${order.domain}` }],
  };
}

/** Newest events win: a certificate that is watched for years keeps its last 200. */
export function withEvent(record: CertificateRecord, at: Date, event: string, detail = ""): CertificateRecord {
  const timeline = [...record.timeline, { at: at.toISOString(), event, detail: detail.slice(0, 500) }].slice(-200);
  return { ...record, timeline };
}

/** Nothing is left to do for the `open` worker until somebody wishes something. */
export function isFinished({ state, record }: Certificate): boolean {
  if (record.wish) return false;
  if (state === "CANCELLED") return true;
  if (state === "REFUSED") return record.failure !== null;
  return record.issue !== null && record.toldSerial === record.issue.serialNumber;
}

/** What a parked order asks a person: nothing else may cover it, and nothing but a decision answers it. */
export const parkedCodes: ReadonlySet<string> = new Set(["purchase-unknown", "refunded"]);

/** Parked, and a person was told. The ledger parks first, so a process may die in between. */
export function isParkedAndTold({ state, record }: Pick<Certificate, "state" | "record">): boolean {
  return state === "PARKED" && record.attention !== null && parkedCodes.has(record.attention.code);
}

export function statusOf({ state, record }: Certificate, now: Date): Status {
  if (state === "CANCELLED") return "cancelled";
  if (state === "REFUSED") return "failed";
  if (record.issue) {
    if (new Date(record.issue.notAfter) < now) return "expired";
    return record.reissue ? "reissuing" : "issued";
  }
  if (record.attention) return "attention";
  return record.submittedAt ? "awaiting-validation" : "ordered";
}

/** End of the paid term: purchase date + years, the day clamped. Null before the purchase. */
export function paidEnd({ purchases, record }: Certificate): Date | null {
  const first = purchases[0];
  return first ? plusYears(new Date(first.at), record.terms.years) : null;
}
