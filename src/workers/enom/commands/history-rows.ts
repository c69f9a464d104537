// Reads eNom's books: rows of orders and of money, and whether a page of them is whole.
import { childrenNamed, type XmlElement } from "../wire/document.ts";
import type { Report } from "../wire/envelope.ts";
import type { FieldFault } from "../wire/not-understood.ts";
import type { DateForm } from "./date.ts";
import {
  amountOf,
  anyTextOf,
  findId,
  getChild,
  getId,
  getNumber,
  getYesNo,
  shownDateOf,
  textOf,
  unless,
} from "./fields.ts";
import type { Page } from "./newest.ts";

export interface ListedOrder {
  orderId: number;
  /** ISO local time of eNom's own clock, without zone. */
  orderDate: string | null;
  /** In eNom's words, such as `Order complete`. */
  status: string;
}

export interface OrderedThing extends ListedOrder {
  /** False for an order of domains or anything else. No CertID is told. */
  holdsCertificates: boolean;
  /** What it costs: canonical decimal, US dollars. */
  amount: string;
}

export interface Transaction {
  /** null for money that belongs to no order, such as a refill. */
  orderId: number | null;
  /** Canonical decimal, US dollars; negative for money spent. */
  amount: string;
  /** The account's balance behind it; null when eNom shows none. */
  balance: string | null;
  /** ISO local time of eNom's own clock, without zone. */
  at: string | null;
  description: string;
  /** Such as `Successful`. */
  status: string;
}

/**
 * A row that something unreadable makes useless: kept in its place, since what stands around it may say that nobody needs
 * it. `words`: its own, so that two pages that overlap show the same row alike.
 */
export interface Unread {
  unread: FieldFault;
  words: string;
}

export function isRead<Row extends object>(row: Row | Unread): row is Row {
  return !("unread" in row);
}

interface Reading {
  report?: Report | undefined;
  dates?: DateForm;
}

/** One page of GetOrderList. Each throws SyntaxError for what cannot be trusted. */
export function ordersIn(root: XmlElement, start: number, { report, dates }: Reading = {}): Page<ListedOrder | Unread> {
  const list = getChild(root, "OrderList");
  const rows = childrenNamed(list, "OrderDetail").map((row) =>
    readOr(row, report, () => ({ ...orderOf(row, dates), status: anyTextOf(row, "StatusDesc") })),
  );
  const ids = rows.filter(isRead<ListedOrder>).map(({ orderId }) => orderId);
  if (new Set(ids).size < ids.length) throw new SyntaxError("a page that shows an order twice");
  return { rows, total: totalOf(list, rows.length, { start, shownStart: textOf(list, "ShowStart") }) };
}

/** One page of GetTransHistory. */
export function transactionsIn(
  root: XmlElement,
  start: number,
  { report, dates }: Reading = {},
): Page<Transaction | Unread> {
  const list = getChild(root, "TransHistory");
  const rows = childrenNamed(list, "Transaction").map((row) => readOr(row, report, () => transactionOf(row, dates)));
  return { rows, total: totalOf(list, rows.length, { start, shownStart: textOf(list, "CurrentStartPosition") }) };
}

function readOr<Row>(element: XmlElement, report: Report | undefined, read: () => Row): Row | Unread {
  const faults: FieldFault[] = [];
  const row = unless(faults, read);
  const [unread] = faults;
  if (row !== null || !unread) return row as Row;
  report?.({ faults, element });
  return { unread, words: element.children.map(({ text }) => text).join("|") };
}

const PAGE_SIZE = 25;

/** How many rows the whole list has. A page is full unless it is the last. */
function totalOf(list: XmlElement, rows: number, page: { start: number; shownStart: string }): number {
  const total = getNumber(list, "RecordCount");
  if (rows !== Math.max(0, Math.min(PAGE_SIZE, total - page.start + 1)))
    throw new SyntaxError("a page that shows another number of rows than it counts");
  if (rows > 0 && page.shownStart !== "" && page.shownStart !== String(page.start))
    throw new SyntaxError("another page than was asked for");
  return total;
}

function orderOf(row: XmlElement, dates?: DateForm): { orderId: number; orderDate: string | null } {
  return { orderId: getId(row, "OrderID"), orderDate: shownDateOf(row, "OrderDate", dates) };
}

/**
 * GetOrderDetail; undefined when eNom says that there is no such order here. `OrderStatus` is a number, hence the text.
 */
export function orderedIn(root: XmlElement, orderId: number, dates?: DateForm): OrderedThing | undefined {
  const order = getChild(root, "Order");
  if (!getYesNo(order, "Result")) return undefined;
  const found = orderOf(order, dates);
  if (found.orderId !== orderId) throw new SyntaxError("a document about another order");
  const amount = amountOf(order, "OrderBillAmount");
  return { ...found, holdsCertificates: getYesNo(order, "Certs"), amount, status: anyTextOf(order, "StatusDesc") };
}

function transactionOf(row: XmlElement, dates?: DateForm): Transaction {
  return {
    orderId: textOf(row, "OrderID") === "0" ? null : findId(row, "OrderID"),
    amount: amountOf(row, "Amount"),
    balance: textOf(row, "Balance") === "" ? null : amountOf(row, "Balance"),
    at: shownDateOf(row, "Trans-Date", dates),
    description: anyTextOf(row, "TransDescription"),
    status: anyTextOf(row, "TransStatus"),
  };
}
