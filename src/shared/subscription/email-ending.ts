// Validation by e-mail comes to its end: which methods are left at a time, and which orders are paid for beyond it.
import { DAY_MS, plusYears, utcDate } from "../base/dates.ts";
import { EMAIL_VALIDATION_ENDS } from "./limits.ts";

export type Method = "email" | "dns" | "file";

/** What must be known of a product. */
interface Validated {
  name: string;
  methods: readonly Method[];
}

/** What an order says in `acknowledge` to be taken all the same. */
export const EMAIL_ENDS = "email-validation-ends";

/**
 * What is bought in the last hours before the end could not be approved in time: from then on nothing is bought that
 * e-mail must validate.
 */
const LAST_PURCHASE_MS = DAY_MS;

const LAST_DAY = utcDate(EMAIL_VALIDATION_ENDS);
const RULE = "CA/Browser Forum, Baseline Requirements 3.2.2.4.4";

/** Whether a domain can be validated by it at this time, by a product that offers these. */
export function isUsable(method: Method, methods: readonly Method[], at: Date): boolean {
  return methods.includes(method) && (method !== "email" || at < EMAIL_VALIDATION_ENDS);
}

/** The same for something that is bought now and validated afterwards. */
export function isUsableForPurchase(method: Method, methods: readonly Method[], at: Date): boolean {
  return isUsable(method, methods, method === "email" ? new Date(at.getTime() + LAST_PURCHASE_MS) : at);
}

/** `dns or file`; empty where the product is validated by e-mail alone. */
export function otherMethods({ methods }: Pick<Validated, "methods">): Method[] {
  return methods.filter((method) => method !== "email");
}

/**
 * Why an order that chose e-mail cannot be taken any more, and which products could be: E-mail validates no domain after
 * its last day (Baseline Requirements 3.2.2.4.4, .13 and .14). Null until then.
 */
export function endedFor(
  product: Validated & { wildcard: boolean },
  known: readonly (Validated & { wildcard: boolean })[],
  at: Date,
): string | null {
  if (at < EMAIL_VALIDATION_ENDS) return null;
  const left = otherMethods(product);
  const others = known.filter((each) => otherMethods(each).length > 0);
  const alike = others.filter(({ wildcard }) => wildcard && product.wildcard);
  const rest = others.filter(({ wildcard }) => !wildcard);
  const [which, some] = alike.length > 0 ? ["", alike] : [" are for one host", rest];
  const remedy =
    left.length > 0
      ? `${product.name} is validated by ${left.join(" or ")}.`
      : `${product.name} offers no other method; products that do${which}: ${some.map(({ name }) => name).join(", ")}.`;
  return `Since ${LAST_DAY} no domain is validated by e-mail (${RULE}). ${remedy}`;
}

/**
 * What is wrong with an order of so many years, from now on, of a product that nothing but e-mail validates: the end is
 * within the paid term, and nobody said that this is known. Null where nothing is.
 */
export function unknownEnd(
  { product, years, acknowledged }: { product: Validated; years: number; acknowledged: readonly string[] },
  at: Date,
): string | null {
  if (otherMethods(product).length > 0 || !crossesEnd(at, years) || acknowledged.includes(EMAIL_ENDS)) return null;
  return `${product.name} is validated by e-mail only, and from ${LAST_DAY} on no domain is validated by e-mail (${RULE}): nothing can be issued, reissued or bought for it then, but it would be paid for until ${utcDate(plusYears(at, years))}. Order a shorter term or a product that is validated by dns or file; to order it all the same, send "acknowledge": ["${EMAIL_ENDS}"].`;
}

/** What should be known of an order that chose e-mail although it is paid for beyond the end; null where nothing is. */
export function warningOfEnd(
  { product, years, method }: { product: Validated; years: number; method: Method },
  at: Date,
): string | null {
  if (method !== "email" || !crossesEnd(at, years)) return null;
  const others = otherMethods(product);
  const fact = `From ${LAST_DAY} on no domain is validated by e-mail (${RULE}), and this order is paid for until ${utcDate(plusYears(at, years))}.`;
  if (others.length === 0) return `${fact} ${product.name} offers no other method.`;
  return `${fact} Agree on ${others.join(" or ")} with the domain's owner before: PUT /v1/certificates/REF/validation-method.`;
}

/** Paid for from now on, and for longer than e-mail validates. */
function crossesEnd(at: Date, years: number): boolean {
  return at < EMAIL_VALIDATION_ENDS && plusYears(at, years) > EMAIL_VALIDATION_ENDS;
}
