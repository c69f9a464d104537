// The certificate as the HTTP API answers it. A later version may add fields; a test holds these types against the
// gateway's schema.

export type CertificateStatus =
  | "ordered"
  | "awaiting-validation"
  | "issued"
  | "reissuing"
  | "failed"
  | "attention"
  | "expired"
  | "cancelled";

type Method = "email" | "dns" | "file";

export interface Certificate {
  reference: string;
  status: CertificateStatus;
  domain: string;
  product: string;
  years: number;
  brand: string | null;
  tenant: string | null;
  account: string | null;
  /** eNom's number of the slot. */
  certId: number | null;
  /** eNom's number of the purchase. */
  orderId: number | null;
  /** UTC date on which the current certificate ends. */
  expirationDate: string | null;
  /** UTC date on which the paid term ends; null for one year. */
  paidUntil: string | null;
  serialNumber: string | null;
  notBefore: string | null;
  notAfter: string | null;
  policy: { mode: "auto" | "manual" | "none"; beforeDays: number; effectiveBeforeDays: number; source: string };
  /** What the fleet does next, and when; null: nothing. */
  nextAction: { kind: string; at: string } | null;
  reissues: number;
  validation: {
    method: Method;
    approverEmail: string | null;
    agreed: { method: Method; email: string | null } | null;
    /** What the domain's owner must publish. */
    dns: { name: string; type: string; value: string } | null;
    file: { url: string; content: string } | null;
    proof: { found: string; detail: string; at: string } | null;
    pendingSince: string | null;
    lastMethod: Method | null;
    lastAt: string | null;
    reusableUntil: string | null;
  };
  /** Who must act, by when, and what to do. */
  attention: Attention | null;
  /** A purchase whose outcome is unknown and needs a decision. */
  doubt: object | null;
  /** Why the order failed for good. */
  failure: { code: string; message: string } | null;
  /** What is odd about the current certificate, and stops nothing. */
  warnings: { code: string; message: string }[];
  /** What became of the money, once the order is cancelled. */
  cancellation: object | null;
  purchases: {
    certId: number;
    orderId: number | null;
    at: string;
    years?: number | undefined;
    refunded?: true | undefined;
  }[];
  /** The last 200 events, oldest first. */
  timeline: { at: string; event: string; detail: string }[];
  acceptedAt: string;
}

export interface Attention {
  /** For programs, such as `validation-overdue`. */
  code: string;
  message: string;
  since: string;
  /** The account it is about, if that is not the order's. */
  account?: string | undefined;
  who: string;
  by: string | null;
  next: string;
  daysLeft: number | null;
}

/** The answer to an order: what was kept otherwise than it was sent, and what you should know. */
export interface OpenedCertificate extends Certificate {
  normalised: { field: string; from: string | number | null; to: string | number }[];
  warnings: { code: string; message: string; field?: string | undefined }[];
}

/** What would become of an order; nothing was kept. */
export interface Rehearsal {
  valid: true;
  product: string;
  names: string[];
  /** Of the first purchase; null: no worker has read the price list. */
  price: string | null;
  currency: string | null;
  account: string | null;
  normalised: OpenedCertificate["normalised"];
  warnings: OpenedCertificate["warnings"];
  remainder: { purchases: number; lastCoversDays: number; price: string | null } | null;
}

/** All filters can be combined. */
export interface ListQuery {
  status?: CertificateStatus | readonly CertificateStatus[] | undefined;
  /** The whole name. */
  domain?: string | undefined;
  /** Ends before this time; the list is then sorted by expiry. */
  expiresBefore?: Date | string | undefined;
  /** Only what changed since. */
  updatedSince?: Date | string | undefined;
  attention?: boolean | undefined;
  /** With a minus the newest, or the one that ends last, comes first. */
  sort?: "acceptedAt" | "-acceptedAt" | "expiry" | "-expiry" | "updated" | "-updated" | undefined;
  /** 1 to 200; 50 where it is not said. */
  limit?: number | undefined;
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined;
}

export interface CertificatePage {
  items: Certificate[];
  /** Null: this was the last page. */
  nextCursor: string | null;
}
