// Certificates that were not ordered here: read from an eNom account, or moved from another fleet. Until an operator adopts
// them nothing looks at them; from that date on they are like any other.
import { z } from "zod";

/** Where such a record came from; absent in the record of an order that was placed here. */
export const origin = z.object({
  /** `imported`: read from an eNom account. `moved`: restored from another fleet's export. `handed-over`: to another fleet. */
  kind: z.enum(["imported", "moved", "handed-over"]),
  /** When it was taken in, or handed over, RFC 3339. */
  at: z.string(),
  account: z.string(),
  /** The fleet that it was moved from (its prefix). */
  fleet: z.string().optional(),
});
export type Origin = z.infer<typeof origin>;

/** The two fields of a record that say whether anything may look at it. `adopted`: from when on, RFC 3339. */
export interface Adoptable {
  origin?: Origin | undefined;
  adopted?: string | undefined;
}

/**
 * Whether a certificate is looked at: ordered here, or its day of adoption has come. Everything asks this one function
 * before it reissues, buys, reserves money, mails, raises attention or warns.
 */
export function isAdopted(record: Adoptable, now: Date): boolean {
  const held = heldUntil(record);
  return held === null || (held !== "adoption" && held <= now);
}

/** Until when the policy leaves it alone: a time, `adoption` while nobody has said one, null for an order of our own. */
export function heldUntil({ origin: from, adopted }: Adoptable): Date | "adoption" | null {
  if (from === undefined) return null;
  return adopted === undefined ? "adoption" : new Date(adopted);
}

/** For whoever asks for a change of a certificate that is not adopted. */
export function notAdoptedText({ origin: from, adopted }: Adoptable): string {
  const account = from?.account ?? "ACCOUNT";
  if (adopted !== undefined)
    return `The certificate was taken in and is adopted on ${adopted.slice(0, 10)}: not before.`;
  if (from?.kind === "handed-over")
    return `The certificate was handed over to another fleet on ${from.at.slice(0, 10)}. To take it back: certfleet certificate import ${account} --adopt YYYY-MM-DD.`;
  return `The certificate was taken in and is not adopted yet. Adopt it first: certfleet certificate import ${account} --adopt YYYY-MM-DD.`;
}
