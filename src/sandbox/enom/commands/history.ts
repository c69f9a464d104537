// What was ordered and what it cost: GetOrderList, GetOrderDetail, GetTransHistory.
import { dollars, plain } from "../books/amounts.ts";
import type { Transaction } from "../books/books.ts";
import { between, dateTime, monthsLater, type Zone } from "../books/calendar.ts";
import { serverZone } from "../books/settings.ts";
import { productOf } from "../books/slot.ts";
import { cdata, closed, type Element, group, leaf } from "../wire/elements.ts";
import { refusal } from "../wire/refusals.ts";
import type { Office, Run } from "./office.ts";

const PAGE = 25;
/** Both lists look back half a year unless they are told another beginning. */
const WINDOW_MONTHS = 6;

/** Order numbers and times, newest first; neither product nor amount. (eNom API, GetOrderList) */
export const getOrderList: Run = ({ start, begindate, enddate }, office) => {
  const zone = serverZone(office.settings);
  const now = office.clock.now();
  const half = monthsLater(now, -WINDOW_MONTHS);
  const orders = visible(office, begindate, enddate, office.books.purchases());
  const first = position(start);
  const page = orders.slice(first - 1, first - 1 + PAGE);
  const more = orders.length > first - 1 + PAGE;
  return [
    group("OrderList", [
      leaf("BeginDate", begindate ? `${begindate} 12:00:00 AM` : dateTime(half, zone)),
      leaf("EndDate", enddate ? `${enddate} 12:00:00 AM` : dateTime(now, zone)),
      ...page.map(({ orderId, at }) =>
        group("OrderDetail", [
          leaf("OrderID", orderId),
          leaf("OrderDate", dateTime(new Date(at), zone)),
          leaf("StatusDesc", "Order complete"),
          leaf("OrderProcessFlag", "True"),
        ]),
      ),
      leaf("ShowPreviousAndNext", orders.length > PAGE ? "Yes" : "No"),
      leaf("ShowPreviousLink", first > 1 ? "Yes" : "No"),
      leaf("PreviousStartPosition", Math.max(first - PAGE, 1)),
      leaf("ShowStart", first),
      leaf("ShowEnd", first - 1 + page.length),
      leaf("ShowNextLink", more ? "Yes" : "No"),
      leaf("NextStartPosition", first + PAGE),
      leaf("RecordCount", orders.length),
    ]),
  ];
};

/** What one order held; no CertID appears. Not subject to the lag of the lists. (eNom API, GetOrderDetail) */
export const getOrderDetail: Run = ({ orderid = "" }, { books, settings }) => {
  const zone = serverZone(settings);
  const slot = books.slots().find(({ orderId }) => String(orderId) === orderid);
  if (slot === undefined) {
    return refusal("316259", "The order number specified does not belong to this account");
  }
  const orderDate = dateTime(new Date(slot.orderedAt), zone);
  return [
    group("Order", [
      leaf("OrderID", slot.orderId),
      leaf("Result", "true"),
      leaf("BillDate", orderDate),
      closed("CCRefNum"),
      leaf("OrderBillAmount", dollars(slot.priceCents)),
      closed("AdjustToAccount"),
      leaf("Certs", "true"),
      leaf("OrderStatus", 6),
      leaf("StatusDesc", "Successful"),
      leaf("OrderDate", orderDate),
      group("OrderDetail", [
        leaf("ProductType", productOf(slot).description),
        leaf("Description"),
        leaf("Status", "Successful"),
        leaf("Quantity", slot.years),
        leaf("DetailStatusID", 9),
        leaf("AmountPaid", plain(slot.priceCents)),
        closed("DomainPassword"),
        leaf("OrderStatus", "Closed"),
        closed("BundleID"),
        closed("BundleInstanceID"),
        closed("Discount"),
        closed("BundleDescription"),
        closed("BundleName"),
        leaf("ExpiryDatetime", dateTime(new Date(slot.endsAt), zone)),
      ]),
    ]),
  ];
};

/** Money and order numbers side by side, newest first. (eNom API, GetTransHistory) */
export const getTransHistory: Run = ({ startposition, startdate, enddate }, office) => {
  const zone = serverZone(office.settings);
  const rows = visible(office, startdate, enddate, office.books.transactions());
  const first = position(startposition);
  const page = rows.slice(first - 1, first - 1 + PAGE);
  return [
    group("TransHistory", [
      closed("AdjustedBeginDate"),
      closed("AdjustedEndDate"),
      leaf("FName", "Sandbox"),
      leaf("LName", "Reseller"),
      leaf("PartyID", "{AAAAAAAA-BBBB-4CCC-8DDD-EEEEEEEEEEEE}"),
      leaf("CurrentStartPosition", first),
      leaf("RecordCount", rows.length),
      leaf("NewStartPosition", rows.length > first - 1 + PAGE ? first + PAGE : 0),
      leaf("OldStartPosition", Math.max(first - PAGE, 0)),
      ...page.map((row) => transactionElement(row, zone)),
    ]),
  ];
};

function transactionElement(row: Transaction, zone: Zone): Element {
  const { at, amountCents, orderId, balanceCents } = row;
  const { text, type } = nameOf(row);
  // Only rows of orders are recorded; that a refill's order elements are empty is a guess.
  const link = orderId === undefined ? "" : `OrderDetail.asp?OrderID=${orderId}&OrderProcess=Successful`;
  return group("Transaction", [
    leaf("Trans-Date", dateTime(new Date(at), zone)),
    leaf("Amount", dollars(amountCents)),
    leaf("TransDescription", text),
    leaf("TransType", type),
    cdata("LinkValue", link),
    leaf("OrderID", orderId),
    leaf("OrderProcessFlag", "True"),
    leaf("Balance", dollars(balanceCents)),
    closed("ComBalance"),
    leaf("TransStatus", "Successful"),
  ]);
}

/** The numbers are documented, the words only for orders. (eNom API, GetTransHistory, TransType) */
function nameOf({ kind, amountCents }: Transaction): { text: string; type: number } {
  if (kind === "order") return { text: "Order", type: 1 };
  if (kind === "refund") return { text: "Refund", type: 10 };
  return amountCents > 0 ? { text: "Account refill", type: 4 } : { text: "Reverse refill", type: 9 };
}

/** What the lists show: not younger than their lag, inside the window, newest first. */
function visible<Row extends { at: string }>(
  { clock, settings }: Office,
  begin: string | undefined,
  end: string | undefined,
  rows: readonly Row[],
): Row[] {
  const newest = clock.now().getTime() - settings.timings.orderLagMs;
  const oldest = begin ? 0 : monthsLater(clock.now(), -WINDOW_MONTHS).getTime();
  return rows
    .filter(({ at }) => Date.parse(at) <= newest && Date.parse(at) >= oldest)
    .filter(({ at }) => between(new Date(at), begin, end, serverZone(settings)))
    .reverse();
}

function position(text: string | undefined): number {
  return /^[1-9]\d*$/.test(text ?? "") ? Number(text) : 1;
}
