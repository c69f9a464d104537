// One certificate slot as the pretended eNom knows it.
import { monthsLater } from "./calendar.ts";
import { type CatalogueProduct, getCatalogueProduct } from "./catalogue.ts";

/** A slot never changes; the books hold the newest one. Times are ISO, UTC. */
export interface Slot {
  readonly certId: number;
  readonly orderId: number;
  readonly orderDetailId: number;
  readonly service: string;
  readonly prodType: number;
  readonly years: number;
  /** What the whole term cost. */
  readonly priceCents: number;
  readonly orderedAt: string;
  /**
   * End of the paid term: it runs from the purchase, not from the issue; days carried over from an earlier term are
   * added.
   */
  readonly endsAt: string;
  readonly statusId: StatusId;
  /** Since when the slot has this status. */
  readonly since: string;
  readonly configuration?: Configuration | undefined;
  readonly submission?: Submission | undefined;
  /** A reissue that the CA has not finished. */
  readonly reissue?: { readonly csr: string; readonly at: string } | undefined;
  /** When the owner last proved the domain; absent before. */
  readonly validatedAt?: string | undefined;
  /** Somebody has put right what went wrong with it on demand; absent before. */
  readonly corrected?: boolean | undefined;
  /** All certificates of this slot, the current one last. */
  readonly issues: readonly Issue[];
}

export interface Configuration {
  readonly csr: string;
  readonly domain: string;
  readonly webServerType: number;
  /** As they came, by lower-cased parameter name (`adminfname`). */
  readonly contacts: Readonly<Record<string, string>>;
}

export interface Submission {
  readonly geoTrustOrderId: number;
  readonly approverEmail: string;
  readonly method: "Email" | "File" | "DNS";
  /** The random text the owner publishes; empty with `Email`. */
  readonly proof: string;
  /** How often the approver was written to, the first mail included. */
  readonly approverMails: number;
}

export interface Issue {
  readonly csr: string;
  readonly issuedAt: string;
  /** When the owner proved the domain that it was issued for: for this certificate, or for an earlier one. */
  readonly validatedAt?: string | undefined;
  /** Signed when somebody first asks for it. */
  readonly pem?: string;
}

export type StatusId = 1 | 2 | 4 | 6 | 7 | 8 | 9 | 10;

/** Texts of the status numbers. (eNom API, CertGetCerts, CertStatusID) */
export const STATUS_TEXTS: Record<StatusId, string> = {
  1: "Awaiting Configuration",
  2: "Processing",
  4: "Certificate Issued",
  6: "Rejected by Customer",
  7: "Refunded - No Cert Issued",
  8: "Refunded - Cert Issued",
  9: "Approval email sent",
  10: "Approved by Domain Owner",
};

export function productOf(slot: Slot): CatalogueProduct {
  return getCatalogueProduct(slot.prodType);
}

/**
 * End of the term that was paid for, without days carried over. (eNom API, renewal and expiry: 12 months a year from
 * the purchase)
 */
export function ownEnd({ orderedAt, years }: Pick<Slot, "orderedAt" | "years">): Date {
  return monthsLater(new Date(orderedAt), 12 * years);
}
