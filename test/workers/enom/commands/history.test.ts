// Promises about what the account ordered and paid: read to the end, while eNom goes on, or not at all.
import { expect, test } from "vitest";
import type { Enom } from "../../../../src/workers/enom/commands/commands.ts";
import { enomAt, errorDocument, failure, fixture, type Play, pretendEnom, successDocument } from "../support.ts";

interface World {
  enom: Enom;
  asked: Record<string, string>[];
}

async function conversation(...plays: Play[]): Promise<World> {
  const { url, asked } = await pretendEnom(plays);
  return { enom: enomAt(url).enom, asked };
}

const orderRow = (id: number): string =>
  `<OrderDetail><OrderID>${id}</OrderID><OrderDate>5/6/2025 12:01:02 AM</OrderDate><StatusDesc>Order complete</StatusDesc></OrderDetail>`;

function orderList(rows: string[], { start = 1, total = rows.length } = {}): string {
  const places = `<ShowStart>${start}</ShowStart><ShowEnd>25</ShowEnd><RecordCount>${total}</RecordCount>`;
  return successDocument("GetOrderList", `<OrderList>${rows.join("")}${places}</OrderList>`);
}

const paymentRow = (orderId: number | "", amount = "-$9.95"): string =>
  `<Transaction><Trans-Date>5/6/2025 12:01:30 PM</Trans-Date><Amount>${amount}</Amount><TransDescription>Order</TransDescription>
   <OrderID>${orderId}</OrderID><Balance>$7,028.39</Balance><TransStatus>Successful</TransStatus></Transaction>`;

function history(rows: string[], { start = 1, total = rows.length } = {}): string {
  const places = `<CurrentStartPosition>${start}</CurrentStartPosition><RecordCount>${total}</RecordCount>`;
  return successDocument("GetTransHistory", `<TransHistory>${places}${rows.join("")}</TransHistory>`);
}

/** Shows `rows()` as eNom pages it, 25 at a time. */
function paged(show: typeof orderList, rows: () => string[]): Play {
  return (response, _request, { Start, StartPosition }) => {
    const start = Number(Start ?? StartPosition);
    response.end(show(rows().slice(start - 1, start + 24), { start, total: rows().length }));
  };
}

/** `from`, `from - 1`, … */
const down = (from: number, count: number): number[] => Array.from({ length: count }, (_, index) => from - index);

test("a page of orders tells number, time and state of each, midnight included, and how many there are", async () => {
  const rows = down(500_000_140, 25).map(orderRow);
  const { enom, asked } = await conversation(orderList(rows, { start: 26, total: 1020 }));

  const { orders, total } = await enom.orderPage({ start: 26, from: "2025-01-31", to: "2025-05-06" });

  expect(total).toBe(1020);
  expect(orders).toHaveLength(25);
  expect(orders[0]).toEqual({ orderId: 500_000_140, orderDate: "2025-05-06T00:01:02", status: "Order complete" });
  expect(asked[0]).toMatchObject({
    Command: "GetOrderList",
    Start: "26",
    BeginDate: "01/31/2025",
    EndDate: "05/06/2025",
  });
});

test("without dates none are sent, for a bare end date would hide the orders of today", async () => {
  const { enom, asked } = await conversation(orderList([]), history([]));

  expect(await enom.orderPage({ start: 1 })).toEqual({ orders: [], total: 0 });
  expect(await enom.transactionPage({ start: 1 })).toEqual({ transactions: [], total: 0 });

  expect(asked.flatMap((form) => Object.keys(form)).filter((name) => /date/i.test(name))).toEqual([]);
  expect(await failure(enom.orderPage({ start: 1, from: "yesterday" }))).toBeInstanceOf(RangeError);
});

test("the newest order is the highest number, and an account may have none", async () => {
  const { enom } = await conversation(orderList([orderRow(7), orderRow(9)]), fixture("GetOrderList.none"));

  expect([await enom.newestOrderId(), await enom.newestOrderId()]).toEqual([9, undefined]);
});

/** Documents that would make an order or a payment look absent, or another than it is. */
const UNTRUSTED: Record<string, [ask: (enom: Enom) => Promise<unknown>, xml: string]> = {
  "a page that counts more orders than it shows": [
    (enom) => enom.orderPage({ start: 1 }),
    orderList([orderRow(1)], { total: 2 }),
  ],
  "a page that counts fewer": [
    (enom) => enom.orderPage({ start: 1 }),
    orderList([orderRow(2), orderRow(1)], { total: 1 }),
  ],
  "a page without a count": [
    (enom) => enom.orderPage({ start: 1 }),
    orderList([]).replace("<RecordCount>0</RecordCount>", ""),
  ],
  "another page than was asked for": [
    (enom) => enom.orderPage({ start: 2 }),
    orderList([orderRow(1)], { start: 1, total: 2 }),
  ],
  "an order without its number": [(enom) => enom.newestOrderId(), orderList([orderRow(1).replace(">1<", "><")])],
  "an order that is shown twice": [(enom) => enom.newestOrderId(), orderList([orderRow(1), orderRow(1)])],
  "no list": [(enom) => enom.ordersAfter(0), successDocument("GetOrderList", "")],
  "a payment without an amount": [(enom) => enom.transactionsAfter(0), history([paymentRow(1, "")])],
  "a payment in words": [(enom) => enom.transactionsAfter(0), history([paymentRow(1, "Not billed")])],
  "a payment of half a number": [
    (enom) => enom.transactionsAfter(0),
    history([paymentRow(1).replace("<OrderID>1", "<OrderID>1a")]),
  ],
  "a balance that cannot be read": [
    (enom) => enom.transactionPage({ start: 1 }),
    history([paymentRow(1).replace("$7,028.39", "7.028,39")]),
  ],
  "a page that lacks payments": [(enom) => enom.transactionPage({ start: 1 }), history([], { total: 1 })],
  "an order that is another": [(enom) => enom.order(2), orderDetail()],
  "an order that does not say whether it is here": [(enom) => enom.order(1), orderDetail({ Result: "" })],
  "an order that does not say what it holds": [(enom) => enom.order(1), orderDetail({ Certs: "perhaps" })],
  "an order without a price": [(enom) => enom.order(1), orderDetail({ OrderBillAmount: "Not billed" })],
};

test.for(Object.entries(UNTRUSTED))("%s is asked for again, never believed", async ([, [ask, xml]]) => {
  const { enom } = await conversation(xml);

  expect(await failure(ask(enom))).toMatchObject({ name: "Unavailable" });
});

test("all orders above a number are found, over as many pages as it takes and no more", async () => {
  const ids = down(1_060, 60);
  const { enom, asked } = await conversation(paged(orderList, () => ids.map(orderRow)));

  const found = await enom.ordersAfter(1_030);

  expect(found.map(({ orderId }) => orderId)).toEqual(down(1_060, 30));
  expect(asked.map(({ Start }) => Start)).toEqual(["1", "25"]);
  expect(await enom.ordersAfter(0)).toHaveLength(60);
  expect(await enom.ordersAfter(1_060)).toEqual([]);
});

test("an order that comes or goes while the pages are read hides no other: they are read again", async () => {
  const changes: [name: string, ids: number[]][] = [
    ["comes", down(1_061, 61)],
    ["goes", down(1_060, 60).filter((id) => id !== 1_050)],
  ];
  for (const [name, later] of changes) {
    let pages = 0;
    const { enom } = await conversation(paged(orderList, () => (pages++ < 2 ? down(1_060, 60) : later).map(orderRow)));

    const found = await enom.ordersAfter(1_010);

    expect(
      found.map(({ orderId }) => orderId),
      name,
    ).toEqual(later.filter((id) => id > 1_010));
  }
});

test("a list that never keeps still is given up for now", async () => {
  let newest = 1_000;
  const { enom, asked } = await conversation(paged(orderList, () => down(newest++, 60).map(orderRow)));

  expect(await failure(enom.ordersAfter(900))).toMatchObject({
    name: "Unavailable",
    message: expect.stringContaining("changed"),
  });
  expect(asked.length).toBeLessThan(10);
});

test("an order tells what it held, what it cost and whether it is ours at all", async () => {
  const foreign = errorDocument("GetOrderDetail", {
    numbers: ["316259"],
    texts: ["The order number specified does not belong to this account"],
  });
  const { enom, asked } = await conversation(
    orderDetail(),
    orderDetail({ Certs: "False", OrderBillAmount: "-$1,873.13" }),
    orderDetail({ Result: "false" }),
    foreign,
  );

  expect(await enom.order(1)).toEqual({
    orderId: 1,
    holdsCertificates: true,
    amount: "9.95",
    status: "Successful",
    orderDate: "2025-05-06T09:01:02",
  });
  expect(await enom.order(1)).toMatchObject({ holdsCertificates: false, amount: "-1873.13" });
  for (const _ of ["false", "foreign"])
    expect(await failure(enom.order(1))).toMatchObject({ name: "Refused", code: "enom-refused" });
  expect(asked[0]).toMatchObject({ Command: "GetOrderDetail", OrderID: "1" });
});

test("a payment tells its order, its amount and the balance behind it, a refill has no order", async () => {
  const refill = paymentRow("", "$1,000.00").replace(/<Balance>.*<\/Balance>/, "<Balance />");
  const { enom, asked } = await conversation(history([paymentRow(7, "-$1,873.13"), refill, paymentRow(0)]));

  const { transactions } = await enom.transactionPage({ start: 1, from: "2025-01-31", to: "2025-05-06" });

  const words = { description: "Order", status: "Successful", at: "2025-05-06T12:01:30" };
  expect(transactions).toEqual([
    { orderId: 7, amount: "-1873.13", balance: "7028.39", ...words },
    { orderId: null, amount: "1000.00", balance: null, ...words },
    { orderId: null, amount: "-9.95", balance: "7028.39", ...words },
  ]);
  expect(asked[0]).toMatchObject({ StartPosition: "1", StartDate: "01/31/2025", EndDate: "05/06/2025" });
});

test("all payments since an order are found, and neither a refund nor an old order billed late hides one", async () => {
  const late = [paymentRow(90), paymentRow(102)];
  const rows = [
    paymentRow(50, "$9.95"),
    ...down(130, 28).map((id) => paymentRow(id)),
    ...late,
    ...down(100, 9).map((id) => paymentRow(id)),
  ];
  const { enom, asked } = await conversation(paged(history, () => rows));

  const found = await enom.transactionsAfter(100);

  expect(found.map(({ orderId }) => orderId)).toEqual([50, ...down(130, 28), 102]);
  expect(asked.map(({ StartPosition }) => StartPosition)).toEqual(["1", "25"]);
});

function orderDetail(changes: Record<string, string> = {}): string {
  const fields = {
    OrderID: "1",
    Result: "true",
    OrderBillAmount: "$9.95",
    Certs: "true",
    OrderStatus: "6",
    StatusDesc: "Successful",
    OrderDate: "5/6/2025 9:01:02 AM",
    ...changes,
  };
  const inner = "<OrderDetail><OrderStatus>Closed</OrderStatus><AmountPaid>Not billed</AmountPaid></OrderDetail>";
  const xml = Object.entries(fields).map(([name, text]) => `<${name}>${text}</${name}>`);
  return successDocument("GetOrderDetail", `<Order>${xml.join("")}${inner}</Order>`);
}
