// The mail to an operator mailbox about money: what becomes of it when an order is cancelled, and that a refund ends soon.
import { z } from "zod";
import { moneyFates } from "../refund/cancellation.ts";
import { account, certId, day, domain, manyLines, oneLine, productName, reference, template } from "./template.ts";

const ticket = [
  "Please refund this certificate of our account main.",
  "CertID: 900123",
  "Order: 500000123",
  "Product: RapidSSL Certificate",
  "Bought: 2026-04-02, for 9.95 USD",
  "Reason: typo in the name",
  "It is not used and will not be used.",
  "Last day of the refund: 2026-05-02",
].join("\n");

export const paidSlot = template({
  to: "department",
  when: "an order was cancelled; and seven days before a paid slot that nobody uses can no longer be refunded",
  values: z.strictObject({
    stage: z.enum(["cancelled", "refund-ends"]),
    reference: reference.nullable().describe("The cancelled order, where it is known"),
    domain: domain.nullable(),
    product: productName,
    account,
    certId: certId.nullable(),
    money: z.enum(moneyFates).describe("What becomes of the money"),
    price: oneLine.nullable(),
    currency: oneLine,
    refundBy: day.nullable().describe("The last day on which eNom's support refunds it"),
    daysLeft: z.int().nonnegative().nullable().describe("Whole days until then, where the refund ends soon"),
    ticket: manyLines.nullable().describe("The text for eNom's support"),
  }),
  example: {
    stage: "cancelled",
    reference: "bill-1001",
    domain: "shop.example.com",
    product: "RapidSSL Certificate",
    account: "main",
    certId: 900123,
    money: "refundable",
    price: "9.95",
    currency: "USD",
    refundBy: "2026-05-02",
    daysLeft: 30,
    ticket,
  },
  faces: {
    unused: { money: "unused-slot" },
    "nothing-bought": {
      money: "none",
      ...{ certId: null, price: null, refundBy: null, daysLeft: null, ticket: null },
    },
    spent: { money: "spent", refundBy: null, daysLeft: null, ticket: null },
    "refund-ends": { stage: "refund-ends", daysLeft: 7 },
    "refund-of-unused-ends": {
      stage: "refund-ends",
      money: "unused-slot",
      ...{ reference: null, domain: null, daysLeft: 1 },
    },
  },
});
