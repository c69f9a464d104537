import { expect, test } from "vitest";
import {
  all,
  ask,
  at,
  bought,
  COMODO,
  configured,
  detail,
  refused,
  sandbox,
  standingClock,
  statusOf,
  submitted,
} from "./support.ts";

const NOON = "2026-04-02T19:00:00Z";

test("the list of certificates is paged, newest first, and says how many there are", async () => {
  const enom = await sandbox();
  for (let i = 0; i < 7; i++) await bought(enom);

  const answer = await ask(enom, "CertGetCerts", { StartPosition: 4, PagingPageSize: 3 });

  expect(all(answer, "CertGetCerts.Certs.Cert").map((cert) => at(cert, "CertID"))).toEqual([
    "900104",
    "900103",
    "900102",
  ]);
  expect(at(answer, "CertGetCerts.Certs")).toMatchObject({
    ProductType: "all",
    StatusID: "all",
    StartPosition: "4",
    PagingPageSize: "3",
    Count: "3",
    SortByDirection: "desc",
    TotalRecords: "7",
  });
  expect(at(answer, "TotalCertCount")).toBe("7");
});

test("the list of certificates is filtered by product, status, domain and day, and sorted as asked", async () => {
  const clock = standingClock(NOON);
  const enom = await sandbox({ clock });
  await bought(enom, COMODO);
  await configured(enom, "b.example.com");
  await configured(enom, "a.example.com");
  const list = async (parameters: Record<string, string | number>) =>
    all(await ask(enom, "CertGetCerts", parameters), "CertGetCerts.Certs.Cert").map((cert) => at(cert, "CertID"));

  expect(await list({ ProdType: 211 })).toEqual(["900101"]);
  expect(await list({ CertStatusID: 4 })).toEqual([]);
  expect(await list({ CertStatusID: 0, SortByDirection: "Asc" })).toEqual(["900101", "900102", "900103"]);
  expect(await list({ SortBy: "Domain", SortByDirection: "Asc" })).toEqual(["900101", "900103", "900102"]);
  expect(await list({ DomainNameContains: "A.EXAMPLE" })).toEqual(["900103"]);
  expect(await list({ OrderDateStart: "04/02/2026", OrderDateEnd: "04/03/2026" })).toHaveLength(3);
  expect(await list({ OrderDateEnd: "04/02/2026" })).toEqual([]);
});

test("a slot shows its term in the list, and that it has expired", async () => {
  const clock = standingClock(NOON);
  const enom = await sandbox({ clock });
  await bought(enom);
  clock.set("2027-04-03T19:00:00Z");

  const answer = await ask(enom, "CertGetCerts");

  expect(at(answer, "CertGetCerts.Certs.Cert")).toMatchObject({
    IsExpired: "True",
    OrderDate: "4/2/2026",
    ExpirationDate: "4/2/2027",
    CertStatusID: "1",
    CertStatus: "Awaiting Configuration",
  });
});

test("a new slot may stay out of the list for a while, though its detail is there", async () => {
  const clock = standingClock(NOON);
  const enom = await sandbox({ clock, timings: { listLagMs: 10_000 } });
  const CertID = await bought(enom);

  const total = async () => at(await ask(enom, "CertGetCerts"), "CertGetCerts.Certs.TotalRecords");

  expect(await total()).toBe("0");
  expect(refused(await ask(enom, "CertGetCertDetail", { CertID }))).toBeUndefined();
  clock.advance(10_000);
  expect(await total()).toBe("1");
});

test("no page of certificates is longer than eNom gives, whatever was asked, and it says so", async () => {
  const enom = await sandbox({ largestPage: 3 });
  for (let i = 0; i < 5; i++) enom.colleague.buys(COMODO, 1);
  const page = async (StartPosition: number) =>
    at(await ask(enom, "CertGetCerts", { StartPosition, PagingPageSize: 250 }), "CertGetCerts.Certs");

  expect(await page(1)).toMatchObject({ PagingPageSize: "3", Count: "3", TotalRecords: "5" });
  expect(await page(4)).toMatchObject({ PagingPageSize: "3", Count: "2", TotalRecords: "5" });
});

test("a lag of ten minutes ends when the clock is stepped over it, in every list and in the balance", async () => {
  const minutes = 60_000;
  const clock = standingClock(NOON);
  const timings = { listLagMs: 10 * minutes, orderLagMs: 10 * minutes, processingMs: 10 * minutes };
  const enom = await sandbox({ clock, timings });
  const { certId } = await submitted(enom);
  const seen = async () => [
    at(await ask(enom, "CertGetCerts"), "CertGetCerts.Certs.TotalRecords"),
    at(await ask(enom, "GetOrderList"), "OrderList.RecordCount"),
    at(await ask(enom, "GetTransHistory"), "TransHistory.RecordCount"),
    at(await ask(enom, "GetBalance"), "Balance"),
    await statusOf(enom, certId),
  ];

  clock.advance(10 * minutes - 1);
  expect(await seen()).toEqual(["0", "0", "0", "5,000.00", "2"]);
  clock.advance(1);
  expect(await seen()).toEqual(["1", "1", "1", "4,990.05", "4"]);
  expect(await detail(enom, certId)).toMatchObject({ OrderDate: "4/2/2026 12:00:00 PM" });
  expect(at(await ask(enom, "CheckLogin"), "RequestDateTime")).toBe("4/2/2026 12:10:00 PM");
});

test("orders are listed newest first, 25 a page, with the way to the next", async () => {
  const enom = await sandbox();
  for (let i = 0; i < 26; i++) await bought(enom);

  const first = at(await ask(enom, "GetOrderList"), "OrderList");
  const second = at(await ask(enom, "GetOrderList", { Start: 26 }), "OrderList");

  expect(all(first, "OrderDetail")).toHaveLength(25);
  expect(at(first, "OrderDetail.0.OrderID")).toBe("500000126");
  expect(first).toMatchObject({ ShowNextLink: "Yes", NextStartPosition: "26", RecordCount: "26", ShowEnd: "25" });
  expect(at(second, "OrderDetail.OrderID")).toBe("500000101");
  expect(second).toMatchObject({ ShowNextLink: "No", ShowPreviousLink: "Yes", PreviousStartPosition: "1" });
});

test("an order tells product and price, and an order of somebody else is refused", async () => {
  const clock = standingClock(NOON);
  const enom = await sandbox({ clock });
  await bought(enom);

  const mine = at(await ask(enom, "GetOrderDetail", { OrderID: 500_000_101 }), "Order");
  const foreign = await ask(enom, "GetOrderDetail", { OrderID: 1 });

  expect(mine).toMatchObject({
    OrderBillAmount: "$9.95",
    Certs: "true",
    OrderDate: "4/2/2026 12:00:00 PM",
    OrderDetail: { ProductType: "SSL Certificate - RapidSSL", Quantity: "1", AmountPaid: "9.95" },
  });
  expect(refused(foreign)?.code).toBe("316259");
});

test("every dollar is in the history, with its order and the balance after it", async () => {
  const clock = standingClock(NOON);
  const enom = await sandbox({ clock, balance: "5000.00" });
  const certId = await bought(enom);
  clock.advance(60_000);
  enom.books.refund(certId);

  const history = at(await ask(enom, "GetTransHistory"), "TransHistory");

  expect(at(history, "RecordCount")).toBe("2");
  expect(all(history, "Transaction")).toMatchObject([
    {
      "Trans-Date": "4/2/2026 12:01:00 PM",
      Amount: "$9.95",
      TransType: "10",
      OrderID: "500000101",
      Balance: "$5,000.00",
    },
    {
      "Trans-Date": "4/2/2026 12:00:00 PM",
      Amount: "-$9.95",
      TransType: "1",
      OrderID: "500000101",
      Balance: "$4,990.05",
    },
  ]);
  expect(at(history, "Transaction.0.LinkValue")).toBe("OrderDetail.asp?OrderID=500000101&OrderProcess=Successful");
});

test("a refill is in the history without an order, and so is money that is taken back", async () => {
  const enom = await sandbox({ balance: "100.00" });
  enom.books.setBalance("100.00");
  enom.books.setBalance("5000.00");
  enom.books.setBalance("1000.00");

  const history = at(await ask(enom, "GetTransHistory"), "TransHistory");
  const orders = at(await ask(enom, "GetOrderList"), "OrderList");

  expect(all(history, "Transaction")).toMatchObject([
    { Amount: "-$4,000.00", TransDescription: "Reverse refill", TransType: "9", Balance: "$1,000.00" },
    {
      Amount: "$4,900.00",
      TransDescription: "Account refill",
      TransType: "4",
      LinkValue: "",
      OrderID: "",
      Balance: "$5,000.00",
    },
  ]);
  expect(at(orders, "RecordCount")).toBe("0");
});

test("what can be spent falls at once; the balance, the orders and the history follow", async () => {
  const clock = standingClock(NOON);
  const enom = await sandbox({ clock, timings: { orderLagMs: 5_000 } });
  await bought(enom);
  const seen = async () => {
    const balance = await ask(enom, "GetBalance");
    const orders = await ask(enom, "GetOrderList");
    const history = await ask(enom, "GetTransHistory");
    return [
      at(balance, "AvailableBalance"),
      at(balance, "Balance"),
      at(orders, "OrderList.RecordCount"),
      at(history, "TransHistory.RecordCount"),
    ];
  };

  expect(await seen()).toEqual(["4,990.05", "5,000.00", "0", "0"]);
  clock.advance(5_000);
  expect(await seen()).toEqual(["4,990.05", "4,990.05", "1", "1"]);
});

test("orders older than half a year are only listed when their beginning is named", async () => {
  const clock = standingClock(NOON);
  const enom = await sandbox({ clock });
  await bought(enom);
  clock.set("2026-11-01T12:00:00Z");

  const recent = await ask(enom, "GetOrderList");
  const older = await ask(enom, "GetOrderList", { BeginDate: "04/01/2026" });

  expect(at(recent, "OrderList.RecordCount")).toBe("0");
  expect(at(older, "OrderList.RecordCount")).toBe("1");
});

test("the login check answers who one is, an element even twice", async () => {
  const enom = await sandbox();

  const answer = await ask(enom, "CheckLogin");

  expect(answer).toMatchObject({ Reseller: "True", ErrCount: "0", IsETP: ["0", "0"] });
});
