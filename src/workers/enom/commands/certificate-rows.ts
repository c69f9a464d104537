// One row of eNom's list of certificates: what money and state need of it must be readable, everything else may be
// whatever it is.
import type { EnomSwitches } from "../../../shared/enom/switches.ts";
import { childrenNamed, type XmlElement } from "../wire/document.ts";
import type { FieldFault } from "../wire/not-understood.ts";
import { anyTextOf, dateOf, findId, getCount, getId, isYes, numberOf, shownDateOf, textOf, unless } from "./fields.ts";

/** What the list and the detail both say. Texts are empty where eNom says nothing. */
export interface ListedCertificate {
  certId: number;
  orderId: number | null;
  /** Decide by this number: the texts beside it vary. Never 0: an answer without one is not understood. */
  statusId: number;
  statusText: string;
  /** Empty for a slot that was never configured. */
  domain: string;
  /** 0 where the detail shows none. */
  prodType: number;
  validityMonths: number;
  /** ISO local time of eNom's own clock, without zone; the list shows the date only. */
  orderDate: string | null;
  /**
   * End of the paid term, not of the certificate: only the certificate's notAfter tells that. Null, too, where it cannot
   * be read: nothing is decided by it.
   */
  expirationDate: string | null;
  reissueStatus: string;
}

/** A row of the list. `isExpired`: the paid term is over, whatever the status says. */
export type ListedRow = ListedCertificate & { isExpired: boolean };

/**
 * A row in which something is unreadable that a purchase is counted, missed or claimed by. Null is what cannot be read
 * (or, of `orderId`, is not there). Whether it matters is decided by whoever knows the ledger (`purchase/unread.ts`).
 */
export interface UnreadRow {
  certId: number | null;
  orderId: number | null;
  statusId: number | null;
  domain: string | null;
  isExpired: boolean;
  faults: readonly FieldFault[];
  /** Tells it from others where there is no CertID: its own words. */
  words: string;
}

/** What of a row a person may switch for an account. */
export type RowSwitches = Partial<Pick<EnomSwitches, "dates" | "statuses">>;

/** The statuses that this version knows of a certificate that was submitted. (eNom API, certificate statuses) */
const STATUS_OF = { processing: 2, "approval-pending": 9, approved: 10, issued: 4 } as const;

function statusOf(entry: XmlElement, { statuses = [] }: RowSwitches): number {
  const shown = getCount(entry, "CertStatusID");
  const learned = statuses.find(({ id }) => id === shown);
  return learned ? STATUS_OF[learned.means] : shown;
}

/** Awaiting configuration: the only status in which the day of the order decides anything. */
const AWAITING_CONFIGURATION = 1;

/** Whole or not; never throws. */
export function rowOf(entry: XmlElement, switches: RowSwitches = {}): { row: ListedRow } | { unread: UnreadRow } {
  const faults: FieldFault[] = [];
  const certId = unless(faults, () => getId(entry, "CertID"));
  const orderId = unless(faults, () => findId(entry, "OrderID"));
  const statusId = unless(faults, () => statusOf(entry, switches));
  const domain = unless(faults, () => textOf(entry, "DomainName").toLowerCase());
  const prodType = unless(faults, () => getCount(entry, "ProdType"));
  const validityMonths = unless(faults, () => getCount(entry, "ValidityPeriod"));
  const isExpired = isYes(entry, "IsExpired");
  const mayBeGiven = statusId === AWAITING_CONFIGURATION && domain === "";
  const orderDate = mayBeGiven
    ? unless(faults, () => dateOf(entry, "OrderDate", switches.dates))
    : shownDateOf(entry, "OrderDate", switches.dates);
  if (faults.length > 0 || certId === null || statusId === null || domain === null || !prodType || !validityMonths)
    return { unread: { certId, orderId, statusId, domain, isExpired, faults, words: wordsOf(entry) } };
  return {
    row: {
      certId,
      orderId,
      statusId,
      domain,
      prodType,
      validityMonths,
      orderDate,
      isExpired,
      ...others(entry, switches),
    },
  };
}

/** One certificate that was asked for by its number: its status and its domain must be readable. */
export function certificateOf(entry: XmlElement, faults: FieldFault[], switches: RowSwitches = {}): ListedCertificate {
  return {
    certId: getId(entry, "CertID"),
    orderId: unless(faults, () => findId(entry, "OrderID")),
    statusId: statusOf(entry, switches),
    domain: textOf(entry, "DomainName").toLowerCase(),
    prodType: unless(faults, () => numberOf(entry, "ProdType")) ?? 0,
    validityMonths: unless(faults, () => numberOf(entry, "ValidityPeriod")) ?? 0,
    orderDate: shownDateOf(entry, "OrderDate", switches.dates),
    ...others(entry, switches),
  };
}

function others(
  entry: XmlElement,
  switches: RowSwitches = {},
): Pick<ListedCertificate, "statusText" | "expirationDate" | "reissueStatus"> {
  return {
    statusText: anyTextOf(entry, "CertStatus"),
    expirationDate: shownDateOf(entry, "ExpirationDate", switches.dates),
    reissueStatus: anyTextOf(entry, "ReissueStatus") || anyTextOf(entry, "ComodoReissueStatus"),
  };
}

function wordsOf(entry: XmlElement): string {
  return entry.children.map(({ name, text }) => `${name}=${text}`).join("|");
}

/** The rows of one page, in their order; `elements` of those that are unread, to be shown. */
export function rowsIn(
  list: XmlElement,
  switches: RowSwitches = {},
): { rows: ListedRow[]; unread: (UnreadRow & { element: XmlElement })[] } {
  const rows: ListedRow[] = [];
  const unread: (UnreadRow & { element: XmlElement })[] = [];
  for (const element of childrenNamed(list, "Cert")) {
    const read = rowOf(element, switches);
    if ("row" in read) rows.push(read.row);
    else unread.push({ ...read.unread, element });
  }
  return { rows, unread };
}
