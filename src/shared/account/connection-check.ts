// What a connection check came to, as it is kept and shown: whether eNom can be worked with, and if not, why and what
// to do.
import { z } from "zod";

/** Why no good answer came from eNom. The words and the advice for each are made in `workers/connection-check.ts`. */
export const causes = [
  "proxy-unreachable",
  "proxy-refused",
  "name-not-resolved",
  "connection-refused",
  "unreachable",
  "connect-timed-out",
  "answer-timed-out",
  "connection-lost",
  "tls-untrusted",
  "tls-wrong-name",
  "tls-expired",
  "tls-failed",
  "redirect",
  "web-page",
  "unreadable-answer",
  "maintenance",
  "login-refused",
  "address-not-permitted",
  "trouble-at-enom",
  "refused",
  /** We ourselves held the question back: the account's requests a second are used up. */
  "budget-used-up",
] as const;
export type Cause = (typeof causes)[number];

/** Checks kept by older releases have neither cause nor advice. */
export const connectionCheck = z.object({
  ok: z.boolean(),
  /** null: it went well, or an older release checked. */
  cause: z.enum(causes).nullable().default(null),
  message: z.string(),
  /** What to do, a sentence or two. */
  advice: z.string().nullable().default(null),
  /** From where eNom saw us come; it tells only when it does not permit that address. */
  seenAddress: z.string().nullable().default(null),
  at: z.string(),
  /** How long the answer, or giving up, took. */
  ms: z.number().nullable().default(null),
});
export type ConnectionCheck = z.infer<typeof connectionCheck>;

/** A failed check passes an account over for so long. */
const COUNTS_MS = 10 * 60_000;

/** A check that failed long ago says little: the account is asked again, before anything is sent to it. */
export function isFailedLately(check: { ok: boolean; at: string } | null | undefined, now: Date): boolean {
  return check?.ok === false && now.getTime() - new Date(check.at).getTime() < COUNTS_MS;
}
