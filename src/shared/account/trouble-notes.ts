// Which states an account or the fleet can be in, what is noted of each while it lasts, and the words of those that our own
// scripts make.
import { z } from "zod";

export const troubleCodes = [
  "ledger-frozen",
  "purchases-stopped",
  "account-observes",
  "spend-cap-reached",
  "enom-login-refused",
  "enom-address-not-permitted",
  "enom-unavailable",
  "enom-not-understood",
  "mails-wait",
  "queue-paused",
  "queue-limited",
  "queue-emptied",
  "schedule-missing",
  "sweep-late",
  "journal-not-writable",
  "redis-without-replica",
  "redis-not-durable",
  "webhook-dead",
  "account-drift",
] as const;
export type TroubleCode = (typeof troubleCodes)[number];

/** When a state was first and last seen by a worker, its newest words, and whether the department was told of it. */
const notedTrouble = z.object({
  since: z.string(),
  seen: z.string(),
  told: z.boolean(),
  message: z.string(),
  /** When it was ended and that was told; the watch takes the note away. */
  ended: z.string().optional(),
});
export type NotedTrouble = z.infer<typeof notedTrouble>;

/** As `keys.troubles` keeps it. */
export function readNote(text: string | null | undefined): NotedTrouble | undefined {
  return text ? notedTrouble.parse(JSON.parse(text)) : undefined;
}

/** `keys.troubles` of the fleet as a whole. No account is called so: ids have no star. */
export const WHOLE_FLEET = "*";

export function frozenText(reason: string): string {
  return `The ledger is frozen, and nothing is bought: ${reason}`;
}

export function stoppedText(words: string): string {
  return `Purchases are switched off: ${words || "no reason was given"}`;
}

export function pausedText(failures = 0): string {
  const times = failures > 1 ? `${failures} times in a row` : "several times in a row";
  return `eNom did not respond ${times}. Requests to it are paused; one of them tries again from time to time.`;
}

export function notUnderstoodText(message: string): string {
  return `Nothing is bought: ${message}`;
}

/** What a check that failed is to the account. */
export const checkCodes = ["enom-login-refused", "enom-address-not-permitted", "enom-unavailable"] as const;

export function codeOfCheck({ cause }: { cause?: string | null | undefined }): (typeof checkCodes)[number] {
  if (cause === "login-refused" || cause === "address-not-permitted") return `enom-${cause}`;
  return "enom-unavailable";
}

export function checkText(message: string): string {
  return message.startsWith("Cannot connect") ? message : `Cannot connect: ${message}`;
}
