// What became of the money of an order that was cancelled, as the record keeps it and the API shows it.
import { z } from "zod";

export const moneyFates = ["none", "unused-slot", "refundable", "spent"] as const;
export type MoneyFate = (typeof moneyFates)[number];

/** What the API shows. */
export const cancellationFacts = z.object({
  money: z.enum(moneyFates).meta({
    description:
      "none: nothing was bought. unused-slot: the next order of this product and term takes the slot. refundable: eNom's support refunds it until `refundBy`, when asked with `ticket`. spent: that day is over.",
  }),
  price: z.string().nullable().meta({ description: "What was paid; null when nothing was bought", example: "9.95" }),
  currency: z.string().meta({ description: "Of the price", example: "USD" }),
  certId: z.int().min(0).nullable().meta({ description: "eNom's number of the slot", example: 900123 }),
  refundBy: z.string().nullable().meta({
    description: "Last day on which eNom's support refunds it; null when there is nothing to refund",
    example: "2026-12-22",
    format: "date",
  }),
  ticket: z.string().nullable().meta({
    description: "The text for eNom's support, ready to paste",
    example: "Please refund CertID 900123, which was bought by mistake.",
  }),
});
export type CancellationFacts = z.infer<typeof cancellationFacts>;

export const cancellation = cancellationFacts.extend({
  at: z.string(),
  /** A request to eNom may still be under way: the slot is looked at once more then. Null once the department was told. */
  lookAt: z.string().nullable(),
});
export type Cancellation = z.infer<typeof cancellation>;
