// What a customer orders: the body of POST /v1/certificates, checked completely before anything is kept or bought.

import { createHash } from "node:crypto";
import { z } from "zod";
import { utcDate } from "../base/dates.ts";
import { displayName, emailAddress } from "../base/email-address.ts";
import { type Fault, faultsOf } from "../base/fault.ts";
import { approverFaults } from "../intake/approvers.ts";
import { contactFaults } from "../intake/contact-level.ts";
import { productNames } from "../intake/product-names.ts";
import { defaultRules, type IntakeRules, type Warning } from "../intake/rules.ts";
import { EMAIL_ENDS, unknownEnd, warningOfEnd } from "../subscription/email-ending.ts";
import { EMAIL_VALIDATION_ENDS } from "../subscription/limits.ts";
import { policy, remainder } from "../subscription/policy.ts";
import { type CsrFindings, checkCsr } from "./csr.ts";
import { findProduct, type Product, products, unknownProduct } from "./products.ts";
import { slotOwners } from "./slot-owner.ts";

const ownerWords = Object.values(slotOwners);

export const reference = z
  .string()
  // A path of one dot or two is no name to any HTTP client; the four words say in the ledger that a slot is no order's.
  .regex(
    new RegExp(`^(?!(\\.{1,2}|${ownerWords.join("|")})$)[A-Za-z0-9._-]{1,64}$`),
    `must be 1 to 64 of the characters A-Z a-z 0-9 . _ -, not dots alone, and not ${ownerWords.slice(0, -1).join(", ")} or ${ownerWords.at(-1)}`,
  )
  .meta({ description: "The order's name, chosen by you; it is never used again", example: "bill-1001" });

const text = (longest: number) => z.string().trim().min(1).max(longest);

/** CA systems take ASCII only in contact fields and answer anything else with an error of their own. */
const ascii = (longest: number) =>
  text(longest).regex(/^[\x20-\x7e]+$/, "must be ASCII characters only: the certificate authorities refuse others");

export const contact = z.strictObject({
  firstName: ascii(60),
  lastName: ascii(60),
  organization: ascii(100).optional(),
  jobTitle: ascii(60).optional(),
  address1: ascii(100),
  address2: ascii(100).optional(),
  city: ascii(60),
  state: ascii(60),
  postalCode: ascii(20),
  country: z.string().regex(/^[A-Z]{2}$/, "must be two capital letters (ISO 3166-1), such as NL"),
  phone: z.string().regex(/^\+\d{1,3}\.\d{4,14}$/, "must be +CountryCode.Number, such as +31.300000000"),
  fax: z
    .string()
    .regex(/^\+\d{1,3}\.\d{4,14}$/, "must be +CountryCode.Number, such as +31.300000000")
    .optional(),
  email: emailAddress,
});
export type Contact = z.infer<typeof contact>;

export const contacts = z.strictObject({ admin: contact, tech: contact.optional(), billing: contact.optional() });

export const approver = z.discriminatedUnion("method", [
  z.strictObject({ method: z.literal("email"), email: emailAddress }),
  z.strictObject({ method: z.literal("dns") }),
  z.strictObject({ method: z.literal("file") }),
]);
export type Approver = z.infer<typeof approver>;

export const customer = z.strictObject({
  email: emailAddress,
  name: displayName.optional(),
  language: z
    .string()
    .regex(/^[a-z]{2}(-[A-Z]{2})?$/, "must be a language such as en or pt-BR")
    .optional(),
});

export const brand = displayName.meta({
  description: "The name in mails about this order (BILLmanager's project); without it the default name",
  example: "Example Hosting",
});

const id = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, "must be 1 to 64 of A-Z a-z 0-9 . _ -");

/** The shape alone; `parseOrder` adds what needs the CSR and the product. */
export const orderBody = z.strictObject({
  reference,
  product: z
    .string()
    .min(1)
    .max(100)
    .meta({ description: "The service code of the product", example: "Certificate-RapidSSL-RapidSSL" }),
  years: z.int().min(1).max(5).default(1).meta({ description: "The paid term in years" }),
  csr: z
    .string()
    .min(1)
    .max(16_384)
    .meta({ description: "The certificate request (PKCS #10) as PEM, without a private key" }),
  approver: approver.meta({ description: "How the domain's owner proves control of it" }),
  contacts: contacts.meta({ description: "Who is named to the certificate authority; admin is needed" }),
  customer: customer.meta({ description: "Who gets the mails about the order" }),
  brand: brand.optional(),
  policy: policy
    .optional()
    .meta({ description: "What happens before the certificate ends; without it the configured policy" }),
  account: id.optional().meta({ description: "The eNom account to buy on; without it Certfleet chooses one" }),
  dataCenter: id.optional().meta({ description: "An account for this data center, or for none, is used" }),
  remainder: remainder.optional().meta({
    description:
      "What becomes of the last days of the paid term that only one more purchase would cover: `buy`, or `giveUpDays`: not bought where it would cover fewer days; without it the configured setting",
    example: { giveUpDays: 60 },
  }),
  acknowledge: z
    .array(z.enum([EMAIL_ENDS]))
    .max(1)
    .optional()
    .meta({
      description: `What you know and want all the same. \`${EMAIL_ENDS}\`: the product is validated by e-mail only, and paid for beyond 2028-03-15`,
      example: [EMAIL_ENDS],
    }),
});

/** An order as it is kept: product spelt as in the product table, CSR normalised, domain read from the CSR. */
export type Order = z.infer<typeof orderBody> & { domain: string };

/** What was taken in another form than it was sent: the field, and its value before and after. */
export interface Normalised {
  field: string;
  from: string;
  to: string;
}

export interface ParsedOrder {
  order: Order;
  /**
   * What only an order that is new at this time must not have: one that was accepted while it was right stays accepted,
   * however often it is repeated.
   */
  lateFaults: Fault[];
  normalised: Normalised[];
  warnings: Warning[];
  /** What the certificate will be for. */
  names: string[];
}

/**
 * Checks an order from outside as a whole, by the rules that hold at this time. Answers with the order, or with every
 * fault found.
 */
export async function parseOrder(
  body: unknown,
  at: Date,
  rules: IntakeRules = defaultRules,
): Promise<ParsedOrder | { faults: Fault[] }> {
  const shape = orderBody.safeParse(body);
  if (!shape.success) return { faults: faultsOf(shape.error) };
  const given = shape.data;
  const product = findProduct(given.product);
  const checked = await checkCsr(given.csr, rules);
  const covered = product && !("faults" in checked) ? productNames(product, checked.csr) : undefined;
  const faults = [
    ...("faults" in checked ? inCsr(checked.faults) : []),
    ...(product ? methodFaults(product, given.approver) : [unknownProduct(given.product)]),
    ...(covered?.faults ?? []),
  ];
  const lateFaults = [
    ...(product ? [...endedFaults(product, given.approver, at), ...unknownEndFaults(product, given, at)] : []),
    ...("faults" in checked ? [] : newFaults(given, checked, rules)),
    ...(product ? contactFaults(product, given.contacts) : []),
  ];
  if (faults.length > 0 || "faults" in checked || !product || !covered) return { faults: [...faults, ...lateFaults] };
  const ending = warningOfEnd({ product, years: given.years, method: given.approver.method }, at);
  const endWarning: Warning[] =
    ending === null ? [] : [{ code: EMAIL_ENDS, message: ending, field: "approver/method" }];
  return {
    order: { ...given, product: product.service, csr: checked.csr.pem, domain: checked.csr.domain },
    lateFaults,
    normalised: [],
    warnings: [...checked.warnings.map(keyWarning), ...covered.warnings, ...endWarning],
    names: covered.names,
  };
}

function newFaults({ approver: wanted }: Pick<Order, "approver">, found: CsrFindings, rules: IntakeRules): Fault[] {
  const approvers = wanted.method === "email" ? approverFaults(wanted.email, found.csr.domain, rules) : [];
  return [...inCsr(found.newFaults), ...approvers];
}

function inCsr(messages: readonly string[]): Fault[] {
  return messages.map((message) => ({ field: "csr", message }));
}

function keyWarning(message: string): Warning {
  return { code: "key-exponent", message, field: "csr" };
}

/** What makes two orders with one reference the same order: every field, defaults applied, PEM normalised. */
export function orderDigest(order: Order): string {
  return createHash("sha256").update(canonical(order)).digest("hex");
}

function methodFaults(product: Product, wanted: Approver): Fault[] {
  if (product.methods.includes(wanted.method)) return [];
  const message = `${product.name} offers validation by ${product.methods.join(", ")}, not by ${wanted.method}.`;
  return [{ field: "approver/method", message }];
}

/**
 * E-mail validates no domain any more after its last day (CA/Browser Forum, Baseline Requirements 3.2.2.4.4, .13 and
 * .14).
 */
function endedFaults(product: Product, { method }: Approver, at: Date): Fault[] {
  if (method !== "email" || at < EMAIL_VALIDATION_ENDS) return [];
  const left = product.methods.filter((each) => each !== "email");
  const others = products.filter(({ methods }) => methods.some((each) => each !== "email")).map(({ name }) => name);
  const remedy =
    left.length > 0
      ? `${product.name} is validated by ${left.join(" or ")}.`
      : `${product.name} offers no other method; products that do are for one host: ${others.join(", ")}.`;
  const rule = `Since ${utcDate(EMAIL_VALIDATION_ENDS)} no domain is validated by e-mail (CA/Browser Forum, Baseline Requirements 3.2.2.4.4)`;
  return [{ field: "approver/method", message: `${rule}. ${remedy}` }];
}

/** A term that e-mail alone cannot serve to its end is sold only to whoever says that this is known. */
function unknownEndFaults(product: Product, { years, acknowledge = [] }: z.infer<typeof orderBody>, at: Date): Fault[] {
  const message = unknownEnd({ product, years, acknowledged: acknowledge }, at);
  return message === null ? [] : [{ field: "acknowledge", message }];
}

/** JSON with sorted keys, so that the order of fields does not matter. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
