// What of eNom's answers stands in the interaction log: enough to follow an order, and nothing of anybody's data.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseDocument } from "../../../../src/workers/enom/wire/document.ts";
import { saidBy } from "../../../../src/workers/enom/wire/said.ts";
import { issued, PASSWORD, world } from "../../../support/world.ts";

const said = (inner: string) => saidBy(parseDocument(`<interface-response>${inner}</interface-response>`));

test.each([
  ["a purchase", "<certid>900123</certid><OrderID>500000123</OrderID>", { CertID: "900123", OrderID: "500000123" }],
  [
    "a balance",
    "<Balance>1,234.50</Balance><AvailableBalance>90.05</AvailableBalance>",
    { Balance: "1,234.50", AvailableBalance: "90.05" },
  ],
  [
    "a status",
    "<CertGetCertDetail><CertStatus>Awaiting Configuration</CertStatus></CertGetCertDetail>",
    { CertStatus: "Awaiting Configuration" },
  ],
  ["a list, counted", "<C><CertID>1</CertID></C><C><CertID>2</CertID></C><C><CertID>3</CertID></C>", { CertIDs: "3" }],
  ["the same id twice", "<CertID>7</CertID><D><CertID>7</CertID></D>", { CertID: "7" }],
  ["empty elements", "<CertID></CertID><CertStatus/>", {}],
  ["an id that is none", "<CertID>ada@example.com</CertID><OrderID>12a</OrderID>", {}],
  ["a status with somebody's data in it", "<CertStatus>approved by ada@example.com</CertStatus>", {}],
  [
    "what is nobody's business",
    "<DomainName>shop.example.com</DomainName><ApproverEmail>a@b.example</ApproverEmail><CSR>MII</CSR>",
    {},
  ],
] as const)("of %s what may be read is read", (_what, inner, expected) => {
  expect(said(inner)).toEqual(expected);
});

test("whatever stands in an answer, no address and no second line gets into the log", () => {
  const names = fc.constantFrom("CertID", "CertStatus", "Balance", "OrderID", "Amount", "AuthStatusName", "StatusID");
  const texts = fc.oneof(fc.string(), fc.emailAddress(), fc.constant("x\ny"), fc.constant("Processing"));
  fc.assert(
    fc.property(fc.array(fc.tuple(names, texts)), (pairs) => {
      const children = pairs.map(([name, text]) => ({ name: name.toLowerCase(), text, children: [] }));
      for (const text of Object.values(saidBy({ name: "r", text: "", children })))
        expect(text).not.toMatch(/[@\n\r<>"]/);
    }),
  );
});

test("an order can be followed through the log: each of its lines names it, the purchase has its ids, and no secret is in it", async () => {
  const w = await world();
  await w.work(["open"]);

  const reference = await w.order({});
  const { certId } = await w.until(reference, issued);

  const lines = readFileSync(w.env.ENOM_LOG ?? "", "utf8").split("\n");
  const ours = lines.filter((line) => line.includes(`reference=${reference} `));
  expect(ours.find((line) => line.includes("PURCHASESERVICES"))).toMatch(new RegExp(`-> ok .* CertID=${certId}\\b`));
  expect(ours.find((line) => line.includes("GETBALANCE"))).toMatch(/AvailableBalance=[\d,.]+/);
  expect(ours.find((line) => line.includes("CERTGETCERTDETAIL"))).toMatch(/CertStatus=/);
  expect(ours.some((line) => line.includes("CERTCONFIGURECERT"))).toBe(true);
  expect(lines.join("\n")).not.toMatch(new RegExp(`${PASSWORD}|acme-hosting|admin@example\\.com`));
});
