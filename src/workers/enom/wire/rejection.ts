// What an error document means: eNom's six-digit codes and texts, sorted by what may be done next.
import { isIP } from "node:net";
import type { RefusalCode } from "../../../shared/base/codes.ts";
import type { Learned, Meaning } from "../../../shared/enom/switches.ts";

/** The refusals that an error document can mean. */
export type RejectionCode = Exclude<RefusalCode, "ledger-frozen" | "address-refused">;

export interface RejectionClass {
  /**
   * `refused`: a clear no, nothing was done. `passing`: maintenance, connection or system trouble, later may go well.
   * `unclear`: no code, or one that does not say whether something was done.
   */
  kind: "refused" | "passing" | "unclear";
  code: RejectionCode;
}

const LOGIN_TEXT = /^\s*Bad User name or Password/i;
const ADDRESS_TEXT = /^\s*(User not permitted from this IP|Invalid client IP)/i;
/** eNom reports an unreadable CSR as a system error (620397), though nothing was done and nothing will get better. */
const CSR_TEXT = /Unable to parse CSR/i;
const PASSING_TEXT = /maintenance|temporar|try again|timed? ?out/i;

/**
 * Sorts an error document by its codes: one system digit, two error digits, three parameter digits; the texts decide
 * only where eNom is known to word a case without a code. The first line that fits wins. (eNom API, API error codes)
 */
export function classify(
  numbers: readonly string[],
  texts: readonly string[],
  learned?: Meaning | undefined,
): RejectionClass {
  if (learned) return LEARNED[learned];
  const coded = (form: RegExp): boolean => numbers.some((number) => form.test(number));
  const worded = (form: RegExp): boolean => texts.some((text) => form.test(text));
  if (coded(/^(30415[56]|4(?!07|18)\d{5})$/) || worded(LOGIN_TEXT))
    return { kind: "refused", code: "enom-login-refused" };
  if (coded(/^713254$/) || worded(ADDRESS_TEXT)) return { kind: "refused", code: "enom-address-not-permitted" };
  if (coded(NO_FUNDS)) return { kind: "refused", code: "no-account-with-funds" };
  if (worded(CSR_TEXT)) return { kind: "refused", code: "enom-refused" };
  if (numbers.some(isPassing)) return { kind: "passing", code: "enom-refused" };
  if (numbers.length === 0 && worded(PASSING_TEXT)) return { kind: "passing", code: "enom-refused" };
  const clear = numbers.length > 0 && numbers.every((number) => /^[37]\d{5}$/.test(number));
  return { kind: clear ? "refused" : "unclear", code: "enom-refused" };
}

/** What a person has learned of eNom's words goes before what this version knows of its codes. */
const LEARNED: Readonly<Record<Meaning, RejectionClass>> = {
  "no-funds": { kind: "refused", code: "no-account-with-funds" },
  "not-sold": { kind: "refused", code: "enom-refused" },
  "login-refused": { kind: "refused", code: "enom-login-refused" },
  "address-not-permitted": { kind: "refused", code: "enom-address-not-permitted" },
  maintenance: { kind: "passing", code: "enom-refused" },
  limit: { kind: "passing", code: "enom-refused" },
  refused: { kind: "refused", code: "enom-refused" },
};

/** Of a purchase these alone say that no money has moved: a person said so of the very words. */
const LEARNED_HARMLESS: ReadonlySet<Meaning> = new Set([
  "no-funds",
  "not-sold",
  "login-refused",
  "address-not-permitted",
]);

/**
 * What eNom's texts mean by the account's `enom.errors`; the first that fits wins. `isHarmless`: every single text is
 * learned, and none of them leaves open what became of a purchase.
 */
export function learnedOf(
  texts: readonly string[],
  learned: readonly Learned[],
): { means: Meaning | undefined; isHarmless: boolean } {
  const meaningOf = (text: string): Meaning | undefined =>
    learned.find(({ match }) => text.toLowerCase().includes(match.toLowerCase()))?.means;
  const all = texts.map(meaningOf);
  const isHarmless = all.length > 0 && all.every((means) => means !== undefined && LEARNED_HARMLESS.has(means));
  return { means: all.find((means) => means !== undefined), isHarmless };
}

/**
 * Says that the product itself is not sold or not enabled: disabled (12), not available (15), not found (16) of a product
 * type (182), of services (220) or of a product id (274), by validation or policy; invalid (04) by validation, as for a
 * code that eNom has renamed. Reviewed: such a check stands before the debit. (eNom API, API error codes)
 */
const NOT_SOLD = /^([37]1[256]|304)(182|220|274)$/;
/** How eNom words it behind another validation code. It names the kind of no; whether money moved the codes say alone. */
const NOT_SOLD_TEXT =
  /\b(product|service|certificate)s?\b[^.;]{0,60}\b(not (enabled|available|sold|offered)|disabled|discontinued|no longer (available|sold|offered))\b/i;

/** Whether a purchase was refused because the product is not sold to this reseller now. */
export function isNotSold(numbers: readonly string[], texts: readonly string[]): boolean {
  return numbers.some((number) => NOT_SOLD.test(number)) || texts.some((text) => NOT_SOLD_TEXT.test(text));
}

/**
 * True only when every code is on the reviewed list of errors after which no money has moved: a validation error
 * (3xxxxx, the wrong login 304155 among them), an address that is not permitted (713254), insufficient reseller balance
 * (error part 24), a product that is not sold. No text makes an error harmless, and one doubtful code among good ones is enough to doubt.
 */
export function isHarmless(numbers: readonly string[]): boolean {
  return numbers.length > 0 && numbers.every((number) => isHarmlessNumber(number) && !isPassing(number));
}

/** Error part 18, whatever the system; without any code eNom's words. (eNom API, API error codes) */
export function isMaintenance(numbers: readonly string[], texts: readonly string[]): boolean {
  if (numbers.length > 0) return numbers.some((number) => /^\d18\d{3}$/.test(number));
  return texts.some((text) => /maintenance/i.test(text));
}

/** The address that eNom saw us come from, as its refusal names it; some of its texts name none. */
export function findSeenAddress(texts: readonly string[]): string | undefined {
  const refusal = texts.find((text) => ADDRESS_TEXT.test(text)) ?? "";
  return refusal
    .split(/[^0-9a-fA-F.:]+/)
    .map((word) => word.replace(/^:(?!:)|[.]+$/g, ""))
    .find((word) => isIP(word) !== 0);
}

/**
 * Error part 24 of validation, payment or policy; registry, system and unknown codes are never believed about money.
 */
const NO_FUNDS = /^[357]24\d{3}$/;

function isHarmlessNumber(number: string): boolean {
  return /^3\d{5}$/.test(number) || number === "713254" || NO_FUNDS.test(number) || NOT_SOLD.test(number);
}

/**
 * System digit 0 unknown, 2 registry, 6 system; error part 07 connection failed, 18 maintenance; parameter 166
 * time-out.
 */
function isPassing(number: string): boolean {
  return /^[026]\d{5}$/.test(number) || /^\d(07|18)\d{3}$/.test(number) || /^\d{3}166$/.test(number);
}
