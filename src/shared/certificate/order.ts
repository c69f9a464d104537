// What a customer orders: the body of POST /v1/certificates, checked completely before anything is kept or bought.

import { hash } from "node:crypto";
import { z } from "zod";
import { tenant } from "../authority/share.ts";
import { emailAddress } from "../base/email-address.ts";
import { type Fault, faultsOf } from "../base/fault.ts";
import { sortedJson } from "../base/text/sorted-json.ts";
import { unseenFaults } from "../base/text/unseen.ts";
import { approverFaults } from "../intake/approvers.ts";
import { contactFaults } from "../intake/contact-level.ts";
import { productNames } from "../intake/product-names.ts";
import { defaultRules, type IntakeRules, type Warning } from "../intake/rules.ts";
import {
  type Contact,
  type Contacts,
  contacts,
  contactsGiven,
  type Normalised,
  type Originals,
} from "../panel/contact.ts";
import { type ContactsRead, readContacts } from "../panel/contacts.ts";
import { brand, customer } from "../panel/customer.ts";
import { withOrganization } from "../panel/organization.ts";
import { readForms } from "../panel/panel-forms.ts";
import { readShownNames } from "../panel/shown-names.ts";
import { EMAIL_ENDS, endedFor, unknownEnd, warningOfEnd } from "../subscription/email-ending.ts";
import { ownPolicy, remainder } from "../subscription/policy.ts";
import { type Csr, type CsrFindings, checkCsr, readSubject } from "./csr.ts";
import { findProduct, knownProducts, type Product, unknownProduct } from "./products.ts";
import { slotOwners } from "./slot-owner.ts";

export { brand, type Contact, contacts, customer, type Normalised };

/** Those that have the form of a reference. */
const ownerWords = Object.values(slotOwners).filter((word) => /^\w+$/.test(word));

export const reference = z
  .string()
  // A path of one dot or two is no name to any HTTP client; the four words say in the ledger that a slot is no order's.
  .regex(
    new RegExp(`^(?!(\\.{1,2}|${ownerWords.join("|")})$)[A-Za-z0-9._-]{1,64}$`),
    `must be 1 to 64 of the characters A-Z a-z 0-9 . _ -, not dots alone, and not ${ownerWords.slice(0, -1).join(", ")} or ${ownerWords.at(-1)}`,
  )
  .meta({ description: "The order's name, chosen by you; it is never used again", example: "bill-1001" });

const by = <M extends string>(method: M, description: string) => z.literal(method).meta({ description });

export const approver = z.discriminatedUnion("method", [
  z.strictObject({
    method: by("email", "The certificate authority writes to an address of the domain, and its owner approves"),
    email: emailAddress.meta({
      description: "Who approves: one that GET /v1/approvers lists",
      example: "admin@example.com",
    }),
  }),
  z.strictObject({ method: by("dns", "The owner publishes a DNS record, which the certificate then shows") }),
  z.strictObject({ method: by("file", "The owner publishes a file on the website, which the certificate then shows") }),
]);
export type Approver = z.infer<typeof approver>;

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
  contacts: contactsGiven.meta({ description: "Who is named to the certificate authority; admin is needed" }),
  customer: customer.meta({ description: "Who gets the mails about the order" }),
  tenant: tenant.optional(),
  brand: brand.optional(),
  policy: ownPolicy
    .optional()
    .meta({ description: "What happens before the certificate ends; what it leaves out is the configured policy" }),
  account: id
    .optional()
    .meta({ description: "The eNom account to buy on; without it Certfleet chooses one", example: "main" }),
  dataCenter: id
    .optional()
    .meta({ description: "An account for this data center, or for none, is used", example: "eu-1" }),
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

/** As it came: panels' forms read, product spelt as in the product table, CSR normalised, domain read from the CSR. */
export type GivenOrder = z.infer<typeof orderBody> & { domain: string };

/** An order as it is kept: what it says, in the forms that eNom takes. */
export type Order = Omit<GivenOrder, "contacts"> & { contacts: Contacts; originals?: Originals | undefined };

export interface ParsedOrder {
  order: Order;
  /** The same as it came: with it an order is known again whatever later versions make of its words. */
  given: GivenOrder;
  /**
   * What only an order that is new at this time must not have: one that was accepted while it was right stays accepted,
   * however often it is repeated.
   */
  lateFaults: Fault[];
  /** Everything that is kept otherwise than it came. */
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
  const forms = readForms(body);
  const shape = orderBody.safeParse(forms.body);
  if (!shape.success) return { faults: [...faultsOf(shape.error), ...contactFaultsBeside(forms.body)] };
  const product = findProduct(shape.data.product);
  const checked = await checkCsr(shape.data.csr, rules);
  const { subject } = "faults" in checked ? { subject: readSubject(shape.data.csr) } : checked.csr;
  const people = readContactsFor(shape.data.contacts, { product, subject });
  const { names, ...shown } = readShownNames(shape.data);
  const covered = product && !("faults" in checked) ? productNames(product, checked.csr) : undefined;
  const faults = [
    ...("faults" in checked ? inCsr(checked.faults) : []),
    ...(product ? methodFaults(product, names.approver) : [unknownProduct(names.product)]),
    ...(covered?.faults ?? []),
    ...people.faults,
  ];
  const lateFaults = [
    ...(product ? [...endedFaults(product, names.approver, at), ...unknownEndFaults(product, names, at)] : []),
    ...("faults" in checked ? [] : newFaults(names, checked, rules)),
    ...people.lateFaults,
    ...shown.lateFaults,
    ...unseenBeside(shape.data),
  ];
  if (faults.length > 0 || "faults" in checked || !product || !covered) return { faults: [...faults, ...lateFaults] };
  const read = { product: product.service, csr: checked.csr.pem, domain: checked.csr.domain };
  const { contacts: kept, originals } = people;
  const ending = warningOfEnd({ product, years: names.years, method: names.approver.method }, at);
  const endWarning = ending === null ? [] : [{ code: EMAIL_ENDS, message: ending, field: "approver/method" } as const];
  return {
    order: { ...names, ...read, contacts: kept, ...(originals && { originals }) },
    given: { ...shape.data, ...read },
    lateFaults,
    normalised: [...forms.normalised, ...shown.normalised, ...people.normalised],
    warnings: [...checked.warnings.map(keyWarning), ...covered.warnings, ...endWarning],
    names: covered.names,
  };
}

/** In whatever else an order says; contacts and names have readers of their own, and a CSR is no text for people. */
function unseenBeside(given: z.infer<typeof orderBody>): Fault[] {
  const { csr: _csr, contacts: _contacts, customer: _customer, brand: _brand, ...beside } = given;
  return unseenFaults(beside);
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

/** Contacts of an order, or of a change of one, held against its product and the subject of its CSR. */
export function readContactsFor(
  given: z.infer<typeof contactsGiven>,
  { product, subject }: { product: Product | undefined; subject: Csr["subject"] },
): ContactsRead {
  const isOrganizationSent = product !== undefined && (product.family === "comodo" || product.level !== "DV");
  const read = readContacts(given, { subject, isOrganizationSent });
  // The level asks for what is sent: the contact's organisation, or the CSR's where the contact is silent.
  const level = product ? contactFaults(product, { admin: withOrganization(read.contacts.admin, subject) }) : [];
  const told = new Set([...read.faults, ...read.lateFaults].map(({ field }) => field));
  return { ...read, lateFaults: [...read.lateFaults, ...level.filter(({ field }) => !told.has(field))] };
}

/** Where something else has the wrong shape, what is wrong with the contacts is told with it. */
function contactFaultsBeside(body: unknown): Fault[] {
  const beside = z.object({ contacts: contactsGiven, csr: z.string().catch("") }).safeParse(body).data;
  if (!beside) return [];
  const about = { product: undefined, subject: readSubject(beside.csr) };
  const { faults, lateFaults } = readContactsFor(beside.contacts, about);
  return [...faults, ...lateFaults];
}

/**
 * What makes two orders with one reference the same order: every field, defaults applied, PEM normalised. How people
 * spell what is kept in ASCII does not count.
 */
export function orderDigest(order: Order | GivenOrder): string {
  return orderDigests(order, order).digest;
}

/** Of the order as it came and as it is kept, which share most of their fields. */
export function orderDigests(given: Order | GivenOrder, kept: Order | GivenOrder): { digest: string; kept: string } {
  const made = new Map<unknown, string>();
  const digestOf = ({ originals: _spellings, ...counted }: typeof kept & { originals?: unknown }): string =>
    hash("sha256", sortedJson(counted, made) ?? "", "hex");
  return { digest: digestOf(given), kept: digestOf(kept) };
}

function methodFaults(product: Product, wanted: Approver): Fault[] {
  if (product.methods.includes(wanted.method)) return [];
  const message = `${product.name} offers validation by ${product.methods.join(", ")}, not by ${wanted.method}.`;
  return [{ field: "approver/method", message }];
}

function endedFaults(product: Product, { method }: Approver, at: Date): Fault[] {
  const message = method === "email" ? endedFor(product, knownProducts(), at) : null;
  return message === null ? [] : [{ field: "approver/method", message }];
}

/** A term that e-mail alone cannot serve to its end is sold only to whoever says that this is known. */
function unknownEndFaults(product: Product, { years, acknowledge = [] }: z.infer<typeof orderBody>, at: Date): Fault[] {
  const message = unknownEnd({ product, years, acknowledged: acknowledge }, at);
  return message === null ? [] : [{ field: "acknowledge", message }];
}
