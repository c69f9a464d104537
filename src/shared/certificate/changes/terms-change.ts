// What may change after an order was accepted: policy, customer, brand, contacts, remainder; and how long it is paid for.

import { z } from "zod";
import { utcDate } from "../../base/dates.ts";
import { type Fault, faultsOf } from "../../base/fault.ts";
import { type ContactsGiven, contactsGiven, type Normalised } from "../../panel/contact.ts";
import type { ContactsRead } from "../../panel/contacts.ts";
import { readForms } from "../../panel/panel-forms.ts";
import { readShownNames } from "../../panel/shown-names.ts";
import { ownPolicy, remainder } from "../../subscription/policy.ts";
import { paidEnd as endOfTerm } from "../../subscription/term.ts";
import { type Certificate, csrOf, termsOf } from "../certificate.ts";
import { readSubject } from "../csr.ts";
import { brand, customer, readContactsFor } from "../order.ts";
import { getProduct } from "../products.ts";
import { withEvent } from "../record.ts";

/** The longest term that is sold. */
export const MOST_YEARS = 5;

export const termsChange = z
  .strictObject({
    policy: ownPolicy.optional().meta({ description: "What happens before the certificate ends" }),
    customer: customer.optional().meta({ description: "Who gets the mails about the order" }),
    brand: brand.nullable().optional(),
    contacts: contactsGiven.optional().meta({ description: "Who is named to the certificate authority" }),
    remainder: remainder.optional().meta({
      description: "What becomes of the last days of the paid term that only one more purchase would cover",
      example: "buy",
    }),
  })
  .refine(
    (given) => Object.keys(given).length > 0,
    "must name at least one of policy, customer, brand, contacts and remainder",
  );

/** What is to change, in the forms that are kept; contacts are read against the certificate later. */
export interface TermsChange {
  change: z.infer<typeof termsChange>;
  normalised: Normalised[];
}

export interface Asked {
  now: Date;
  /** As timelines name whoever asks. */
  who: string;
}

export function readTermsChange(body: unknown): TermsChange | { faults: Fault[] } {
  const forms = readForms(body, ["brand"]);
  const shape = termsChange.safeParse(forms.body);
  if (!shape.success) return { faults: faultsOf(shape.error) };
  const { names, lateFaults, normalised } = readShownNames(shape.data);
  if (lateFaults.length > 0) return { faults: lateFaults };
  return { change: names, normalised: [...forms.normalised, ...normalised] };
}

/** The certificate with each named part replaced as a whole, to be saved. Nothing is enqueued: the policy is looked at when it is due. */
export function changeTerms(
  certificate: Certificate,
  given: TermsChange,
  { now, who }: Asked,
): { certificate: Certificate; normalised: Normalised[] } | { faults: Fault[] } {
  const { terms } = certificate.record;
  const { policy = terms.policy, customer: person = terms.customer, brand: name = terms.brand } = given.change;
  const { remainder: rest = terms.remainder } = given.change;
  const people = given.change.contacts && takeContacts(given.change.contacts, certificate);
  if (people && "faults" in people && people.faults.length > 0) return { faults: people.faults };
  const { contacts, originals } = people ?? terms;
  const persons = { customer: person, brand: name ?? undefined, contacts, originals };
  const changed = { ...terms, ...persons, policy, remainder: rest };
  const record = { ...certificate.record, terms: changed };
  const detail = `${Object.keys(given.change).sort().join(", ")} by ${who}`;
  return {
    certificate: { ...certificate, record: withEvent(record, now, "certificate.changed", detail) },
    normalised: [...given.normalised, ...(people?.normalised ?? [])],
  };
}

/** The certificate paid for so many more years. `id`: of the request; the same one a second time changes nothing. */
export function extendTerm(
  certificate: Certificate,
  { years: more, id }: { years: number; id: string | undefined },
  { now, who }: Asked,
): { certificate: Certificate } | { conflict: string } | "same" {
  const { record, state } = certificate;
  if (id !== undefined && record.extension === id) return "same";
  if (state === "CANCELLED" || state === "REFUSED") return { conflict: "The order is cancelled or failed." };
  const years = record.terms.years + more;
  if (years > MOST_YEARS)
    return {
      conflict: `That would be ${years} years in total. At most ${MOST_YEARS} are possible, and ${record.terms.years} are already paid.`,
    };
  const ends = endOfTerm(termsOf(certificate), years);
  if (ends && ends <= now)
    return { conflict: `The extended term would already have ended on ${utcDate(ends)}. Place a new order.` };
  const extended = { ...record, extension: id ?? null, terms: { ...record.terms, years } };
  const detail = `${years} years in all, by ${who}`;
  return { certificate: { ...certificate, record: withEvent(extended, now, "certificate.extended", detail) } };
}

/** Held against the product and the CSR as in an order. */
function takeContacts(given: ContactsGiven, certificate: Certificate): ContactsRead {
  const { wish } = certificate.record;
  const read = readContactsFor(given, {
    product: getProduct(certificate.order.product),
    // A correction that a worker carries out next is what these contacts will stand beside.
    subject: readSubject(wish?.kind === "csr" ? wish.csr : csrOf(certificate)),
  });
  return { ...read, faults: [...read.faults, ...read.lateFaults] };
}
