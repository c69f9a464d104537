// What happened, as the feed and the webhooks tell it. A later version may add types and fields; a test holds the names
// against the fleet's own table.

export type EventType =
  | "certificate.ordered"
  | "certificate.planned"
  | "certificate.purchased"
  | "certificate.configured"
  | "certificate.submitted"
  | "certificate.validation-required"
  | "certificate.validation-seen"
  | "certificate.validation-approved"
  | "certificate.validation-changed"
  | "certificate.approval-resent"
  | "certificate.issued"
  | "certificate.reissued"
  | "certificate.reissue-requested"
  | "certificate.reissue-sent"
  | "certificate.reissue-asked"
  | "certificate.reissue-ended"
  | "certificate.expiring"
  | "certificate.expired"
  | "certificate.renewing"
  | "certificate.remainder-given-up"
  | "certificate.extended"
  | "certificate.changed"
  | "certificate.csr-corrected"
  | "certificate.request-taken"
  | "certificate.decided"
  | "certificate.decision-refused"
  | "certificate.attention"
  | "certificate.attention-cleared"
  | "certificate.failed"
  | "certificate.cancelled"
  | "certificate.refund-settled"
  | "certificate.erased"
  | "mail.requested"
  | "mail.sent"
  | "mail.failed"
  | "account.low-balance"
  | "account.balance-restored"
  | "account.purchases-off"
  | "account.purchases-on"
  | "account.frozen"
  | "account.thawed"
  | "account.trouble"
  | "account.trouble-cleared"
  | "fleet.trouble"
  | "fleet.trouble-cleared";

/** What an event of a certificate tells, and enough to act on it without asking back. */
export interface EventData {
  reference?: string;
  status?: string;
  domain?: string;
  product?: string;
  account?: string | null;
  certId?: number | null;
  tenant?: string | null;
  serialNumber?: string | null;
  notAfter?: string | null;
  paidUntil?: string | null;
  /** Of `certificate.attention`. */
  attention?: { code: string; message: string; who: string; by: string | null; next: string } | null;
  /** Of `certificate.validation-required`. */
  validation?: {
    method: "email" | "dns" | "file";
    dns: { name: string; type: string; value: string } | null;
    file: { url: string; content: string } | null;
  };
  /** Of `certificate.failed`. */
  failure?: { code: string; message: string } | null;
  [more: string]: unknown;
}

export interface CertfleetEvent {
  /** The same event has the same id, however often it arrives. */
  id: string;
  type: EventType | (string & {});
  /** RFC 3339 UTC. */
  timestamp: string;
  data: EventData;
}

export interface EventPage {
  items: CertfleetEvent[];
  /** To be kept, and given as `after` the next time; never null. */
  nextCursor: string;
}

export interface EventQuery {
  /** The `nextCursor` of the page before, `latest`, or `oldest`; without it from the oldest event that is kept. */
  after?: string | undefined;
  /** `certificate.*` is all that begin so. */
  types?: readonly (EventType | (string & {}))[] | undefined;
  reference?: string | undefined;
  /** Seconds to wait for an event where there is none yet, 30 at most. */
  wait?: number | undefined;
  limit?: number | undefined;
}
