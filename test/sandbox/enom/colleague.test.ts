import { X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import {
  all,
  ask,
  at,
  bought,
  COMODO,
  certificateOf,
  configured,
  csrFor,
  detail,
  RAPID,
  sandbox,
  standingClock,
  statusOf,
} from "./support.ts";

const NOON = "2026-04-02T12:00:00Z";

test("what a colleague buys costs the account's money and stands in all lists, though nobody asked for it here", async () => {
  const enom = await sandbox({ balance: "100.00" });

  const { certId, orderId } = enom.colleague.buys(RAPID.toLowerCase(), 2);

  expect(at(await ask(enom, "GetBalance"), "AvailableBalance")).toBe("80.10");
  expect(at(await ask(enom, "CertGetCerts"), "CertGetCerts.Certs.Cert.CertID")).toBe(String(certId));
  expect(at(await ask(enom, "GetOrderList"), "OrderList.OrderDetail.OrderID")).toBe(String(orderId));
  expect(all(await ask(enom, "GetTransHistory"), "TransHistory.Transaction")).toMatchObject([{ Amount: "-$19.90" }]);
  expect(await bought(enom)).toBe(certId + 1);
  expect(enom.asked("PurchaseServices")).toHaveLength(1);
});

test.each([
  [RAPID, "2", 1],
  [COMODO, "9", 2],
])("a %s that a colleague configures goes its way until it is issued", async (service, status, steps) => {
  const clock = standingClock(NOON);
  const enom = await sandbox({ clock, timings: { processingMs: 1_000, ownerMs: 1_000, issueMs: 1_000 } });
  const { certId } = enom.colleague.buys(service, 1);

  await enom.colleague.configures(certId, await csrFor("intranet.example.com"));

  expect(await detail(enom, certId)).toMatchObject({
    CertStatusID: status,
    DomainName: "intranet.example.com",
    ApproverEmail: "admin@example.com",
    WebServerTypeName: "Other",
  });
  clock.advance(steps * 1_000);
  expect(await statusOf(enom, certId)).toBe("4");
  expect(new X509Certificate(await certificateOf(enom, certId)).subject).toBe("CN=intranet.example.com");
});

test("a colleague can buy and configure only what eNom's panel would let anybody", async () => {
  const enom = await sandbox({ balance: "100.00" });
  const csr = await csrFor("intranet.example.com");
  const { certId } = enom.colleague.buys(RAPID, 1);
  await enom.colleague.configures(certId, csr);

  expect(() => enom.colleague.buys("Certificate-Nobody", 1)).toThrow(RangeError);
  expect(() => enom.colleague.buys(RAPID, 3)).toThrow(RangeError);
  expect(() => enom.colleague.buys("Certificate-VeriSign-Secure-Site", 1)).toThrow("Insufficient reseller balance");
  await expect(enom.colleague.configures(certId, csr)).rejects.toThrow("in status 1");
  await expect(enom.colleague.configures(1, csr)).rejects.toThrow("in status 1");
  await expect(enom.colleague.configures(await bought(enom), "no CSR")).rejects.toThrow(RangeError);
});

test("a colleague may take an empty slot between two calls of somebody who has just bought it", async () => {
  const enom = await sandbox();
  const csr = await csrFor("intranet.example.com");
  enom.fault("CertConfigureCert", { kind: "meanwhile", run: () => enom.colleague.configures(900_101, csr) });

  const { answer, certId } = await configured(enom, "shop.example.com");

  expect(at(answer, "responses.response.ResponseNumber")).toBe("706397");
  expect(await detail(enom, certId)).toMatchObject({ DomainName: "intranet.example.com" });
});
