// What a person needs to decide on a parked purchase: what was sent, what was there before, what eNom shows since.
import { z } from "zod";

const time = z.string();
const sum = z.string();
export const doubt = z.object({
  attempt: z.int(),
  service: z.string(),
  years: z.int(),
  price: sum,
  sentAt: time,
  reason: z.string(),
  before: z.object({ balance: sum, newestOrderId: z.int() }),
  /** When eNom was asked for what follows. */
  lookedAt: time,
  /** Slots of the class that no order holds; `owner` is what the ledger says of them, null when nothing. */
  candidates: z.array(
    z.object({
      certId: z.int(),
      orderId: z.int().nullable(),
      orderDate: z.string().nullable(),
      domain: z.string(),
      owner: z.string().nullable(),
    }),
  ),
  /** Newer than the purchase, newest first. */
  orders: z.array(z.object({ orderId: z.int(), orderDate: z.string().nullable() })),
  transactions: z.array(
    z.object({ orderId: z.int().nullable(), amount: sum, at: z.string().nullable(), description: z.string() }),
  ),
  /** What could not be read. */
  missing: z.array(z.string()),
});
export type Doubt = z.infer<typeof doubt>;
