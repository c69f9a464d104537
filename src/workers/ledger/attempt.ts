// One try to buy one slot, as the ledger keeps it: PREPARED → SENDING → OWNED | REJECTED | UNKNOWN; PREPARED → VOID; UNKNOWN → OWNED | REJECTED | PARKED.
import { z } from "zod";
import type { RedisClient } from "../../shared/certificates.ts";
import type { Keys } from "../../shared/keys.ts";
import { type Money, moneyUnits } from "../../shared/money.ts";

export const attemptStates = ["PREPARED", "SENDING", "OWNED", "REJECTED", "UNKNOWN", "VOID", "PARKED"] as const;
export type AttemptState = (typeof attemptStates)[number];

/** What is bought: facts of the ledger order and of eNom's catalogue, fixed before the first byte is written. */
export interface Intent {
  reference: string;
  account: string;
  service: string;
  years: number;
  /** Price of the whole term and what the account had before, as eNom told. */
  price: Money;
  balance: Money;
  /** The account's newest order at eNom before the purchase; 0 when it has none. */
  newestOrderId: number;
}

/** How much may be in the air at once (rule 5). */
export interface Exposure {
  maxUnsettled: number;
  maxUnsettledMoney: Money;
}

const stored = z.object({
  state: z.enum(attemptStates),
  account: z.string(),
  slotClass: z.string(),
  service: z.string(),
  years: z.coerce.number(),
  price: z.string(),
  balance: z.string(),
  newestOrderId: z.coerce.number(),
  preparedAt: z.coerce.number(),
  /** Milliseconds of Redis TIME when the gate opened; absent before. */
  gateAt: z.coerce.number().optional(),
  certId: z.coerce.number().optional(),
  orderId: z.coerce.number().optional(),
  reason: z.string().optional(),
});
export type Attempt = z.infer<typeof stored>;

/** All untouched slots of one class are interchangeable: account (in the key), Service, years, number of names. */
export function slotClass(service: string, years: number): string {
  return `${service.toLowerCase()}/${years}/1`;
}

export async function findAttempt(
  { redis, keys }: { redis: RedisClient; keys: Keys },
  reference: string,
  number: number,
): Promise<Attempt | undefined> {
  const fields = await redis.hgetall(keys.ledger.attempt(reference, number));
  return "state" in fields ? stored.parse(fields) : undefined;
}

/** How an attempt stands in the maps of what is in the air. */
export function exposureEntry(intent: Intent): string {
  return `${slotClass(intent.service, intent.years)}|${moneyUnits(intent.price)}`;
}
