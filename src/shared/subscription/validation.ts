// Whether the domain's owner must act before a certificate is issued, and when the owner is asked again.
import { plusDays } from "../base/dates.ts";
import { reusableUntil } from "./limits.ts";

/** How a domain was last validated, and when at the earliest. */
export interface Validated {
  method: "email" | "dns" | "file";
  at: Date;
}

/** What was validated may be used again up to the limit of the day of issue (BR 4.2.1). */
export function mustValidate(validated: Validated | null, issuedAt: Date): boolean {
  return validated === null || issuedAt > reusableUntil(validated.at);
}

/** Days from one asking to the next: 2, 4, 8, then every 8. */
const PAUSES = [2, 4, 8];

/** When an owner who was asked `times` times, last at `at`, is asked once more. */
export function askAgainAt(at: Date, times: number): Date {
  return plusDays(at, PAUSES[Math.min(times, PAUSES.length) - 1] ?? 2);
}
