// What happened, as the feed and the webhooks tell it. A later version may add types and fields; a test holds the names
// against the fleet's own table.

export type EventType =
  | "certificate.ordered"
  | "certificate.planned"
  | "certificate.purchased"
  | "certificate.configured"
  | "certificate.submitted"
  | "certificate.validation-required"
  | "certificate.validation-changed"
  | "certificate.issued"
  | "certificate.reissued"
  | "certificate.reissue-requested"
  | "certificate.reissue-ended"
  | "certificate.expiring"
  | "certificate.expired"
  | "certificate.renewing"
  | "certificate.extended"
  | "certificate.changed"
  | "certificate.csr-corrected"
  | "certificate.attention"
  | "certificate.attention-cleared"
  | "certificate.failed"
  | "certificate.cancelled"
  | "certificate.refund-settled"
  | "mail.requested"
  | "mail.failed";

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
  /** The `nextCursor` of the page before; without it from the oldest event that is kept. */
  after?: string | undefined;
  types?: readonly EventType[] | undefined;
  reference?: string | undefined;
  /** Seconds to wait for an event where there is none yet, 20 at most. */
  wait?: number | undefined;
  limit?: number | undefined;
}
