// One try to buy one slot, as the ledger keeps it. Open: PREPARED, SENDING, UNKNOWN. Only the scripts of this folder move it.
import { z } from "zod";
import { type Money, moneyUnits } from "../../shared/base/money.ts";
import type { LedgerContext } from "./context.ts";

/**
 * PREPARED → SENDING → OWNED | REJECTED | UNKNOWN; PREPARED → VOID; SENDING, UNKNOWN → COVERED (the order was served from eNom's
 * list before this attempt settled) → OWNED; UNKNOWN → ABANDONED (surely not made, rule 11) | PARKED; PARKED → OWNED | REJECTED by a person.
 */
const attemptStates = [
  "PREPARED",
  "SENDING",
  "OWNED",
  "REJECTED",
  "UNKNOWN",
  "COVERED",
  "ABANDONED",
  "VOID",
  "PARKED",
] as const;
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

const absence = z.object({ version: z.number(), digest: z.string(), begunAt: z.number() });
/** A list that began at that time and showed no slot for this attempt: the first witness of two. */
export type Absence = z.infer<typeof absence>;

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
  /** Milliseconds of the ledger's time when the gate opened, and the dwell counter then; absent before. */
  gateAt: z.coerce.number().optional(),
  gateDwell: z.coerce.number().optional(),
  certId: z.coerce.number().optional(),
  orderId: z.coerce.number().optional(),
  reason: z.string().optional(),
  /** Why a person must decide. */
  parkedFor: z.string().optional(),
  absence: z
    .string()
    .transform((text) => absence.parse(JSON.parse(text)))
    .optional(),
  /** What was seen when the attempt was abandoned (rule 11), or what a person said when deciding it (rule 16). */
  evidence: z.string().optional(),
});
export type Attempt = z.infer<typeof stored>;

/** All untouched slots of one class are interchangeable: account (in the key), Service, years, number of names. */
export function slotClass(service: string, years: number): string {
  return `${service.toLowerCase()}/${years}/1`;
}

export async function findAttempt(
  { ledger: { redis, keys } }: LedgerContext,
  reference: string,
  number: number,
): Promise<Attempt | undefined> {
  const fields = await redis.hgetall(keys.ledger.attempt(reference, number));
  return "state" in fields ? stored.parse(fields) : undefined;
}

/** All attempts of an order, oldest first; one that Redis lost is left out. */
export async function findAttempts(
  context: LedgerContext,
  reference: string,
  newest: number,
): Promise<(Attempt & { number: number })[]> {
  const numbers = Array.from({ length: newest }, (_, i) => i + 1);
  const found = await Promise.all(
    numbers.map(async (number) => {
      const attempt = await findAttempt(context, reference, number);
      return attempt && { ...attempt, number };
    }),
  );
  return found.filter((each) => each !== undefined);
}

/** Milliseconds of the ledger's time when it may have left, else when it was prepared. */
export function sentAt({ gateAt, preparedAt }: Pick<Attempt, "gateAt" | "preparedAt">): number {
  return gateAt ?? preparedAt;
}

/** `REF#N`, as the maps name an attempt; a reference may hold no `#`. */
export function attemptField({ reference, number }: { reference: string; number: number }): string {
  return `${reference}#${number}`;
}

/** What `attemptField` wrote. */
export function readField(field: string): { reference: string; number: number } {
  const hash = field.lastIndexOf("#");
  return { reference: field.slice(0, hash), number: Number(field.slice(hash + 1)) };
}

/** Rule 9. Presence counts at once, absence only settled: by the ledger's time, and by time that the keeper has dwelt. */
export function isSettled(
  { gateAt, gateDwell }: Pick<Attempt, "gateAt" | "gateDwell">,
  { now, dwell, settleMs }: { now: number; dwell: number; settleMs: number },
): boolean {
  if (gateAt === undefined || gateDwell === undefined) return false;
  return now - gateAt >= settleMs && dwell - gateDwell >= settleMs;
}

/** How an attempt stands among those that are parked or abandoned. */
export function exposureEntry({ service, years, price }: Pick<Intent, "service" | "years" | "price">): string {
  return `${slotClass(service, years)}|${moneyUnits(price)}`;
}
