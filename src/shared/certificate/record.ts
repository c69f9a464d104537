// The record of an order: everything that is known of it beside its text and the ledger's money facts, as it is kept in
// Redis.
import { z } from "zod";
import { actor } from "../authority/actor.ts";
import { originals } from "../panel/contact.ts";
import { cancellation } from "../refund/cancellation.ts";
import { ENDS, stages } from "../subscription/due.ts";
import { ownPolicy, remainder } from "../subscription/policy.ts";
import { attention } from "./attention.ts";
import { doubt } from "./doubt.ts";
import { origin } from "./imported/origin.ts";
import { approver, brand, contacts, customer } from "./order.ts";
import type { TimelineEvent } from "./timeline-events.ts";

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
  /** What its owner should know of the chain; nothing of it stops anything. */
  warnings: z.array(z.object({ code: z.string(), message: z.string() })).optional(),
});
export type Issue = z.infer<typeof issue>;

/** What an operator asked for and the worker carries out; at most one request waits at a time. */
export const wish = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("resolve"),
    decision: z.enum(["adopt", "not-bought", "refunded", "retry", "cancel"]),
    certId: z.int().positive().optional(),
    /** The purchase attempt that was decided on: a request out of an old backup does not decide on a later one. */
    attempt: z.int().optional(),
    /** Of the decision `cancel`: as `confirmed` of a cancellation below. */
    confirmed: z.boolean().optional(),
    reason: z.string(),
    who: z.string(),
    at: time,
  }),
  z.object({
    kind: z.literal("approver"),
    email: z.string().optional(),
    /** Another way than mail, for a certificate that is not at the CA yet. */
    method: z.enum(["dns", "file"]).optional(),
    who: z.string(),
    at: time,
  }),
  z.object({
    kind: z.literal("cancel"),
    reason: z.string(),
    /** Whoever asked knows that money may be lost (`changes/cancelled-money.ts`). */
    confirmed: z.boolean().optional(),
    who: z.string(),
    at: time,
  }),
  /** Another CSR, checked, for an order that is not issued; `domain` was read from it. */
  z.object({
    kind: z.literal("csr"),
    csr: z.string(),
    domain: z.string(),
    approver: approver.optional(),
    reason: z.string(),
    who: z.string(),
    at: time,
  }),
  /** A certificate that a person fetched elsewhere, checked: strict PEM, the leaf first. */
  z.object({ kind: z.literal("take-in"), pem: z.string(), who: z.string(), at: time }),
]);
export type OperatorRequest = z.infer<typeof wish>;

const reissue = z.object({
  number: z.int(),
  csr: z.string(),
  csrHash: z.string(),
  reason: z.string(),
  requestedAt: time,
  /**
   * `sending` is saved before eNom is asked: found again, it means doubt, and doubt reads before it sends. `asked`: the
   * department was asked to have it done in the CA's portal or by eNom's support.
   */
  state: z.enum(["requested", "sending", "sent", "asked"]),
  /** How a person does it; null for the API. */
  lane: z.enum(["portal", "ticket"]).nullable().default(null),
  /** Why a person does it; `method`: another one was agreed than the slot has, and the API can choose none. */
  because: z.enum(["lane", "refused", "method"]).optional(),
  /** eNom's words, where its API refused. */
  refusal: z.string().nullable().default(null),
  /** Mails to the department so far: the asking, the reminder, the escalation. */
  asked: z.int().default(0),
  /** The domain must be validated for it, once the department has had it begun. */
  needsOwner: z.boolean().optional(),
  /** eNom shows that the department did its part. */
  isBegun: z.boolean().optional(),
});

/** `number`: how often it was corrected. The ledger keeps the one that was sent to eNom last; of the two the higher counts. */
export const correction = z.object({
  number: z.int(),
  csr: z.string(),
  domain: z.string(),
  former: z.array(z.object({ csrHash: z.string(), domain: z.string() })),
});
export type Correction = z.infer<typeof correction>;

export const certificateRecord = z.object({
  /** Who ordered; unknown in records of earlier versions. */
  orderedBy: actor.optional(),
  /** Its customer was erased then: what stands for people here names nobody. */
  erasedAt: time.optional(),
  /** It was taken in from elsewhere (`imported/origin.ts`), and from when on it is looked at. */
  origin: origin.optional(),
  adopted: time.optional(),
  account: z.string().nullable(),
  /** The term whose purchase and validation this record tells of; 2 once the next term was begun. */
  term: z.int().default(1),
  /** The next term is being bought or set up; the issue is still that of the last one. */
  renewal: z.object({ since: time }).nullable().default(null),
  /** What may change after the order was accepted. */
  terms: z.object({
    years: z.int(),
    policy: ownPolicy.optional(),
    customer,
    brand: brand.optional(),
    contacts,
    /** How people write what the contacts have in ASCII. */
    originals: originals.optional(),
    approver,
    remainder: remainder.optional(),
  }),
  /** What is bought at once: decided from eNom's catalogue before the purchase. */
  plan: z.object({ years: z.int(), price: z.string(), currency: z.string() }).nullable(),
  /** How the domain is validated next, instead of `terms.approver`; taken over there when it is used. */
  agreedMethod: approver.nullable().default(null),
  /** How the slot was handed to the CA, where that is not how it is validated now: eNom's API changes it for none. */
  slotMethod: z.enum(["email", "dns", "file"]).nullable().default(null),
  submittedAt: time.nullable(),
  /** `validation-required` has been asked for with these instructions. */
  instructed: z.boolean(),
  validation: z.object({
    dns: dnsRecord.nullable(),
    file: fileProof.nullable(),
    /** What the fleet itself found where the owner was asked to publish it, and when; null: not looked for. */
    proof: z
      .object({ found: z.enum(["there", "other", "missing", "unknown"]), detail: z.string(), at: time })
      .nullable()
      .default(null),
    /** The owner must act since then; null while nobody waits for the owner. */
    pendingSince: time.nullable(),
    /** eNom shows since then that the owner has approved: only the CA is awaited. */
    approvedAt: time.nullable().default(null),
    /** How often the owner was asked since then, and when last. */
    asked: z.int().default(0),
    askedAt: time.nullable().default(null),
    /** How the domain was last validated for this certificate, and when at the earliest. */
    last: z
      .object({ method: z.enum(["email", "dns", "file"]), at: time })
      .nullable()
      .default(null),
  }),
  looks: z.int(),
  nextLookAt: time.nullable(),
  issue: issue.nullable(),
  /** eNom sends a certificate that cannot be delivered: looks in a row, and why. */
  undelivered: z.object({ looks: z.int(), why: z.string() }).nullable().default(null),
  /** The CSR of the current issue when a reissue changed it. */
  issuedCsr: z.string().nullable(),
  /** Serial number of the issue that the customer was told of. */
  toldSerial: z.string().nullable(),
  reissues: z.int(),
  reissue: reissue.nullable(),
  /** Identity of the newest request for a reissue, so that a job delivered twice asks once. */
  reissueRequest: z.string().nullable(),
  /** Serial number of the issue that the policy has had reissued: once an issue, however that ended. */
  actedOn: z.string().nullable().default(null),
  /** What the customer was reminded of, under a policy that leaves the reissue to people. */
  reminded: z
    .object({ serialNumber: z.string(), stages: z.array(z.enum([...stages, ENDS])) })
    .nullable()
    .default(null),
  /** Purchases there were when the department was told that the next term is due. */
  toldOfRenewal: z.int().default(0),
  /** Purchases there were when the customer was told that the rest of the paid term is given up. */
  toldOfRemainder: z.int().default(0),
  /** Identity of the newest extension, so that a call repeated after a lost answer adds nothing. */
  extension: z.string().nullable().default(null),
  wish: wish.nullable(),
  /** The CSR and the name that the order was corrected to, and what it had before; the order itself is kept as it came. */
  correction: correction.nullable().default(null),
  cancellation: cancellation.nullable().default(null),
  /** What is known of a parked purchase. */
  doubt: doubt.nullable().default(null),
  attention: attention.nullable(),
  failure: z.object({ code: z.string(), message: z.string() }).nullable(),
  /** Looks in a row that ended in trouble (eNom away, a bug); 0 after any success. */
  trouble: z
    .object({
      count: z.int(),
      since: time,
      /** What the last try met; empty in records of earlier versions. */
      why: z.string().default(""),
      /** Whether waiting alone is known to mend it. */
      passes: z.boolean().default(false),
    })
    .nullable(),
  timeline: z.array(z.object({ at: time, event: z.string(), detail: z.string() })),
});
export type CertificateRecord = z.infer<typeof certificateRecord>;

/**
 * Newest events win: a certificate that is watched for years keeps its last 200. Clocks of machines differ, and a timeline
 * does not go back: an event is never earlier than the one before it.
 */
export function withEvent(record: CertificateRecord, at: Date, event: TimelineEvent, detail = ""): CertificateRecord {
  const last = record.timeline.at(-1)?.at ?? "";
  const time = at.toISOString();
  const entry = { at: time < last ? last : time, event, detail: detail.slice(0, 500) };
  return { ...record, timeline: [...record.timeline, entry].slice(-200) };
}

/** What happened earlier and is told only now: it stands where it belongs by its time. */
export function withPastEvent(
  record: CertificateRecord,
  entry: { at: string; event: TimelineEvent; detail: string },
): CertificateRecord {
  const { timeline } = record;
  const place = timeline.findLastIndex(({ at }) => at <= entry.at) + 1;
  return { ...record, timeline: timeline.toSpliced(place, 0, entry).slice(-200) };
}
