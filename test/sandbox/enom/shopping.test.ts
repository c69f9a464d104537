import { expect, test } from "vitest";
import { all, ask, at, detail, RAPID, refused, sandbox, standingClock } from "./support.ts";

test("a purchase takes the price of all its years at once and leaves an empty slot", async () => {
  const clock = standingClock("2026-04-02T12:00:00Z");
  const enom = await sandbox({ balance: "1000.00", clock });

  const answer = await ask(enom, "PurchaseServices", { Service: RAPID.toLowerCase(), NumYears: 2 });

  const certId = Number(at(answer, "certid"));
  expect(enom.books.balance()).toBe("980.10");
  expect(enom.books.purchases()).toEqual([
    { certId, orderId: 500_000_101, service: RAPID, years: 2, at: "2026-04-02T12:00:00.000Z", price: "19.90" },
  ]);
  expect(await detail(enom, certId)).toMatchObject({
    CertStatusID: "1",
    DomainName: "",
    ValidityPeriod: "24",
    OrderDate: "4/2/2026 5:00:00 AM",
    ExpirationDate: "4/2/2028 5:00:00 AM",
    SSLCertificate: expect.stringMatching(/^\s*$/),
  });
});

test("numbers of certificates and orders grow with every purchase", async () => {
  const enom = await sandbox();

  const answers = [];
  for (let i = 0; i < 5; i++) answers.push(await ask(enom, "PurchaseServices", { Service: RAPID }));

  const certIds = answers.map((answer) => Number(at(answer, "certid")));
  const orderIds = answers.map((answer) => Number(at(answer, "orderid")));
  expect(certIds).toEqual([...new Set(certIds)].sort((a, b) => a - b));
  expect(orderIds).toEqual([...new Set(orderIds)].sort((a, b) => a - b));
});

test.each([
  ["an unknown product", { Service: "Certificate-Comodo-Essential-BLAH" }, "304220"],
  ["a product that is not sold any more", { Service: "Certificate-Comodo-EV-SGC" }, "712220"],
  ["more years than the product is sold for", { Service: RAPID, NumYears: 3 }, "303197"],
  ["no number of years", { Service: RAPID, NumYears: "one" }, "303197"],
  ["more than the account can pay", { Service: "Certificate-VeriSign-Secure-Site" }, "524181"],
  ["nothing", {}, "301220"],
])(
  "a purchase of %s is refused and costs nothing",
  async (_what, parameters: Record<string, string | number>, code) => {
    const enom = await sandbox({ balance: "100.00" });

    const answer = await ask(enom, "PurchaseServices", parameters);

    expect(refused(answer)?.code).toBe(code);
    expect(enom.books.balance()).toBe("100.00");
    expect(enom.books.purchases()).toEqual([]);
  },
);

test("a product that this reseller may not sell is listed as disabled and refused", async () => {
  const enom = await sandbox();
  enom.settings.disabledServices.add(RAPID.toLowerCase());

  const catalogue = await ask(enom, "GetCerts");
  const purchase = await ask(enom, "PurchaseServices", { Service: RAPID });

  expect(at(catalogue, "GetCerts.Certs.Cert1.Enabled")).toBe("False");
  expect(refused(purchase)?.code).toBe("712220");
});

test("the last dollar can be spent", async () => {
  const enom = await sandbox({ balance: "9.95" });

  await ask(enom, "PurchaseServices", { Service: RAPID });

  expect(enom.books.balance()).toBe("0.00");
});

test("doubtful forms of the answer can be chosen", async () => {
  const variants = { upperCaseIds: true, insufficientFundsForm: "text-only", unknownServiceForm: "316274" } as const;
  const enom = await sandbox({ balance: "10.00", variants: { ...variants, trackingKey: false } });

  const purchase = await ask(enom, "PurchaseServices", { Service: RAPID });
  const noFunds = await ask(enom, "PurchaseServices", { Service: RAPID });
  const unknown = await ask(enom, "PurchaseServices", { Service: "Certificate-Nobody" });

  expect(at(purchase, "CertID")).toBe("900101");
  expect(at(purchase, "TrackingKey")).toBe("");
  expect(at(noFunds, "ResponseCount")).toBe("0");
  expect(refused(noFunds)?.texts).toEqual(["Insufficient reseller balance"]);
  expect(refused(unknown)?.code).toBe("316274");
});

test("the catalogue numbers its products and gives code, price and permitted years of each", async () => {
  const enom = await sandbox();

  const catalogue = at(await ask(enom, "GetCerts"), "GetCerts");

  expect(at(catalogue, "CertCount")).toBe("19");
  expect(at(catalogue, "Certs.Cert1")).toEqual({
    ProdCode: "certificate-rapidssl-rapidssl",
    ProdType: "23",
    ProdDesc: "SSL Certificate - RapidSSL",
    QtyDesc: "Year(s)",
    RetailPrice: "$19.95",
    ResellerPrice: "$9.95",
    Enabled: "True",
    Years: ["1", "2"],
  });
  expect(all(catalogue, "Certs.Cert4.Years")).toEqual(["1", "2", "3", "4", "5"]);
});

test("the price of one product can be asked by its number", async () => {
  const enom = await sandbox();

  const known = await ask(enom, "PE_GetProductPrice", { ProductType: 23 });
  const unknown = await ask(enom, "PE_GetProductPrice", { ProductType: 9999 });

  expect(at(known, "productprice")).toEqual({ price: "9.95", productenabled: "True" });
  expect(refused(unknown)?.code).toBe("316182");
});
