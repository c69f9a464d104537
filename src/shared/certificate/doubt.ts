// What a person needs to decide on a parked purchase: what was sent, what was there before, what eNom shows since.
import { z } from "zod";

const time = (description: string) => z.string().meta({ description, example: "2026-11-22T12:00:00.000Z" });
const sum = (description: string) => z.string().meta({ description, example: "9.95" });
const certId = z.int().meta({ description: "eNom's number of the slot", example: 900123 });
const orderId = z.int().meta({ description: "eNom's number of the purchase", example: 500000123 });
const orderDate = z
  .string()
  .nullable()
  .meta({ description: "Its date, as eNom shows it", example: "11/22/2026 12:00:05 PM" });

export const doubt = z.object({
  attempt: z.int().meta({ description: "Which purchase of the order it is, from 1 on", example: 1 }),
  service: z.string().meta({ description: "The product that was asked for", example: "Certificate-RapidSSL-RapidSSL" }),
  years: z.int().meta({ description: "The years that were asked for", example: 1 }),
  price: sum("What the purchase costs, in the account's currency"),
  sentAt: time("When the purchase was sent to eNom"),
  reason: z
    .string()
    .meta({ description: "Why its outcome is unknown", example: "The connection ended before eNom answered." }),
  before: z
    .object({
      balance: sum("The balance before the purchase"),
      newestOrderId: z
        .int()
        .meta({ description: "eNom's newest order before the purchase; 0: none", example: 500000122 }),
    })
    .meta({ description: "The account just before the purchase" }),
  lookedAt: time("When eNom was asked for what follows"),
  candidates: z
    .array(
      z.object({
        certId,
        orderId: orderId.nullable(),
        orderDate,
        domain: z.string().meta({ description: "The domain that it is configured for; empty: none", example: "" }),
        owner: z.string().nullable().meta({ description: "What the ledger says of it; null: nothing", example: null }),
      }),
    )
    .meta({ description: "Slots of this product and term that no order holds" }),
  orders: z
    .array(z.object({ orderId, orderDate }))
    .meta({ description: "eNom's orders since the purchase, newest first" }),
  transactions: z
    .array(
      z.object({
        orderId: orderId.nullable(),
        amount: sum("What was booked; a debit begins with a minus sign"),
        at: z
          .string()
          .nullable()
          .meta({ description: "When it was booked, as eNom shows it", example: "11/22/2026 12:00:05 PM" }),
        description: z.string().meta({ description: "eNom's text", example: "Certificate-RapidSSL-RapidSSL" }),
      }),
    )
    .meta({ description: "The account's bookings since the purchase, newest first" }),
  missing: z
    .array(z.string())
    .meta({ description: "What could not be read, and why", example: ["bookings: eNom did not answer"] }),
});
export type Doubt = z.infer<typeof doubt>;
