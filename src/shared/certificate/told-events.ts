// What others hear of an order: the events that follow from the difference between two of its records.
import { type CertificateData, type EventType, eventTypes, type NewEvent } from "../events/event-types.ts";
import { type Certificate, statusOf } from "./certificate.ts";
import type { CertificateRecord } from "./record.ts";
import type { TimelineEvent } from "./timeline-events.ts";

/** Which event an entry of the timeline is. A new entry must decide. */
const OF_TIMELINE: Readonly<Record<TimelineEvent, EventType | null>> = {
  "certificate.ordered": "certificate.ordered",
  // An import is no news of today, and thousands at once; they are told of from their adoption on.
  "certificate.imported": null,
  "certificate.moved": null,
  "certificate.named": null,
  "certificate.read": null,
  "certificate.adopted": "certificate.changed",
  "certificate.planned": "certificate.planned",
  // The ledger's scripts tell it, with the slot: a process may die before this entry is saved.
  "certificate.purchased": null,
  "certificate.configured": "certificate.configured",
  "certificate.submitted": "certificate.submitted",
  "certificate.issued": "certificate.issued",
  "certificate.reissued": "certificate.reissued",
  "certificate.failed": "certificate.failed",
  "certificate.cancelled": "certificate.cancelled",
  "cancellation.settled": "certificate.refund-settled",
  "csr.corrected": "certificate.csr-corrected",
  "certificate.changed": "certificate.changed",
  "certificate.extended": "certificate.extended",
  "mail.requested": "mail.requested",
  "mail.refused": "mail.failed",
  "mail.uncertain": "mail.failed",
  // Told as issued or reissued, beside it.
  "certificate.taken-in": null,
  "attention.raised": "certificate.attention",
  "attention.cleared": "certificate.attention-cleared",
  "request.made": "certificate.request-taken",
  "approver.changed": "certificate.validation-changed",
  "validation.agreed": "certificate.validation-changed",
  "validation.seen": "certificate.validation-seen",
  "approver.resent": "certificate.approval-resent",
  "decision.adopt": "certificate.decided",
  "decision.not-bought": "certificate.decided",
  "decision.refunded": "certificate.decided",
  "decision.retry": "certificate.decided",
  "decision.refused": "certificate.decision-refused",
  // Told from the term (`changesOf`): a process may die before this entry is saved.
  "renewal.started": null,
  "remainder.given-up": "certificate.remainder-given-up",
  "reissue.requested": "certificate.reissue-requested",
  // Nothing has happened yet: `reissue.sent` follows.
  "reissue.sending": null,
  "reissue.sent": "certificate.reissue-sent",
  "reissue.asked": "certificate.reissue-asked",
  "reissue.reminder": "certificate.reissue-asked",
  "reissue.escalation": "certificate.reissue-asked",
  "reissue.dropped": "certificate.reissue-ended",
};

/** All that happened since `before` was read (null: everything), in the order in which it is to be told. */
export function eventsSince(before: CertificateRecord | null, after: Certificate, now: Date): NewEvent[] {
  const { record } = after;
  const about = { ...certificateData(after, now), ...particulars(record) };
  const event = (type: EventType, at: string, more: object = {}): NewEvent => ({
    type,
    at,
    subject: `certificate/${after.order.reference}`,
    // Each type takes of it what is its own.
    data: eventTypes[type].data.parse({ ...about, ...more }),
  });
  const { first, last } = changesOf(before, record);
  return [
    ...first.map((type) => event(type, now.toISOString())),
    ...newEntries(before, record).flatMap((entry) => {
      const type = OF_TIMELINE[entry.event as TimelineEvent];
      // The detail of a mail begins with its template; the rest of it is nobody's business.
      return type ? [event(type, entry.at, { template: entry.detail.split(" ", 1)[0] })] : [];
    }),
    ...last.map((type) => event(type, now.toISOString())),
  ];
}

/** That this order has come to its end without anybody saving it; told by whoever puts it where it belongs. */
export function expiredEvent(certificate: Certificate, now: Date): NewEvent {
  const data = { ...certificateData(certificate, now), status: "expired" };
  const subject = `certificate/${data.reference}`;
  return { type: "certificate.expired", at: now.toISOString(), subject, data };
}

/** Entries of the timeline that were not there before: by what they say, for a record may have been read again in between. */
function newEntries(before: CertificateRecord | null, { timeline }: CertificateRecord): CertificateRecord["timeline"] {
  const known = new Map<string, number>();
  const nameOf = ({ at, event, detail }: CertificateRecord["timeline"][number]) => `${at} ${event} ${detail}`;
  for (const entry of before?.timeline ?? []) known.set(nameOf(entry), (known.get(nameOf(entry)) ?? 0) + 1);
  return timeline.filter((entry) => {
    const left = known.get(nameOf(entry)) ?? 0;
    known.set(nameOf(entry), left - 1);
    return left <= 0;
  });
}

/** What the timeline does not say, or not for certain. `first`: before the entries of the timeline. */
function changesOf(before: CertificateRecord | null, after: CertificateRecord) {
  const first: EventType[] = before && after.term > before.term ? ["certificate.renewing"] : [];
  const last: EventType[] = [];
  if (mustAct(after) && !(before && mustAct(before))) last.push("certificate.validation-required");
  if (after.validation.approvedAt && after.validation.approvedAt !== before?.validation.approvedAt)
    last.push("certificate.validation-approved");
  if (after.reminded && remindersOf(after) !== (before && remindersOf(before))) last.push("certificate.expiring");
  return { first, last };
}

/** The owner has something to do, and knows what. */
function mustAct({ validation, instructed }: CertificateRecord): boolean {
  return validation.pendingSince !== null && instructed;
}

function remindersOf({ reminded }: CertificateRecord): string {
  return JSON.stringify(reminded && [reminded.serialNumber, ...reminded.stages]);
}

export function certificateData(certificate: Certificate, now: Date): CertificateData {
  const { order, record, certId } = certificate;
  return {
    reference: order.reference,
    status: statusOf(certificate, now),
    domain: order.domain,
    product: order.product,
    account: record.account,
    certId,
    serialNumber: record.issue?.serialNumber ?? null,
    notAfter: record.issue?.notAfter ?? null,
  };
}

function particulars({ attention, validation, failure, terms, agreedMethod }: CertificateRecord) {
  const { method } = agreedMethod ?? terms.approver;
  return {
    attention,
    validation: { method, dns: validation.dns, file: validation.file, found: validation.proof?.found ?? null },
    failure,
  };
}
