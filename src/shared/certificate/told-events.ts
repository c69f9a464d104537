// What others hear of an order: the events that follow from the difference between two of its records.
import { type CertificateData, type EventType, eventTypes, type NewEvent } from "../events/event-types.ts";
import { type Certificate, paidEnd, statusOf } from "./certificate.ts";
import type { CertificateRecord } from "./record.ts";
import type { TimelineEvent } from "./timeline-events.ts";

/** Which event an entry of the timeline is; the others are of no use to anybody outside. */
const OF_TIMELINE: Partial<Record<TimelineEvent, EventType>> = {
  "certificate.ordered": "certificate.ordered",
  "certificate.planned": "certificate.planned",
  "certificate.purchased": "certificate.purchased",
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
  "approver.changed": "certificate.validation-changed",
  "validation.agreed": "certificate.validation-changed",
  "attention.raised": "certificate.attention",
  "attention.cleared": "certificate.attention-cleared",
  "renewal.started": "certificate.renewing",
  "reissue.requested": "certificate.reissue-requested",
  "reissue.dropped": "certificate.reissue-ended",
  "mail.requested": "mail.requested",
  "mail.refused": "mail.failed",
  "mail.uncertain": "mail.failed",
};

/** All that happened since `before` was read (null: everything), in the order in which it is to be told. */
export function eventsSince(before: CertificateRecord | null, after: Certificate, now: Date): NewEvent[] {
  const { record } = after;
  const known = new Set(before?.timeline);
  const about = { ...certificateData(after, now), ...particulars(record) };
  const event = (type: EventType, at: string, more: object = {}): NewEvent => ({
    type,
    at,
    subject: `certificate/${after.order.reference}`,
    // Each type takes of it what is its own.
    data: eventTypes[type].data.parse({ ...about, ...more }),
  });
  const events = record.timeline.flatMap((entry) => {
    const type = known.has(entry) ? undefined : OF_TIMELINE[entry.event as TimelineEvent];
    // The detail of a mail begins with its template.
    return type ? [event(type, entry.at, { template: entry.detail.split(" ", 1)[0] })] : [];
  });
  const isNewTask = mustAct(record) && !(before && mustAct(before));
  return isNewTask ? [...events, event("certificate.validation-required", now.toISOString())] : events;
}

/** The owner has something to do, and knows what. */
function mustAct({ validation, instructed }: CertificateRecord): boolean {
  return validation.pendingSince !== null && instructed;
}

function certificateData(certificate: Certificate, now: Date): CertificateData {
  const { order, record, certId } = certificate;
  return {
    reference: order.reference,
    status: statusOf(certificate, now),
    domain: order.domain,
    product: order.product,
    account: record.account,
    certId,
    tenant: order.tenant ?? null,
    serialNumber: record.issue?.serialNumber ?? null,
    notAfter: record.issue?.notAfter ?? null,
    paidUntil: paidEnd(certificate)?.toISOString().slice(0, 10) ?? null,
  };
}

function particulars({ attention, validation, failure, terms, agreedMethod }: CertificateRecord) {
  const { code, message, who, by, next } = attention ?? {};
  const { method } = agreedMethod ?? terms.approver;
  return {
    attention: attention && { code, message, who, by, next },
    validation: { method, dns: validation.dns, file: validation.file },
    failure,
  };
}
