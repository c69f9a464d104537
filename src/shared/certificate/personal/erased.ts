// An order without the person: what is left of it once nothing is owed. Money, dates, product and name of the server stay.
import { defaultRules } from "../../intake/rules.ts";
import type { Contact, Contacts } from "../../panel/contact.ts";
import type { Certificate } from "../certificate.ts";
import type { Order } from "../order.ts";
import type { CertificateRecord } from "../record.ts";
import type { Part } from "./named.ts";
import { withoutWords, wordsOf } from "./words.ts";

/** Stands where an address stood; RFC 2606: no such domain exists. */
export const NO_ADDRESS = "erased@erased.invalid";
const GONE = "[erased]";

/** The order and its record without this person. Of somebody else's order only the contact or the approver goes. */
export function withoutPerson(
  { order, record }: Pick<Certificate, "order" | "record">,
  { email, parts, at }: { email: string; parts: readonly Part[]; at: Date },
): { order: Order; record: CertificateRecord } {
  const isTheirs = parts.includes("customer");
  const goes = (address: string): boolean => isTheirs || address.toLowerCase() === email.toLowerCase();
  const spellings = { ...order.originals, ...record.terms.originals };
  const words = isTheirs
    ? [...wordsOf(order, record), ...Object.values(spellings)]
    : [email, ...wordsOf(order, record, goes)];
  const scrub = (text: string): string => withoutWords(text, words, GONE);
  return {
    order: {
      ...withPeople(order, goes, isTheirs),
      csr: isTheirs ? "" : order.csr,
      tenant: isTheirs ? undefined : order.tenant,
    },
    record: {
      ...record,
      erasedAt: at.toISOString(),
      terms: withPeople(record.terms, goes, isTheirs),
      agreedMethod: record.agreedMethod && approverWithout(record.agreedMethod, goes),
      issue: record.issue && (isTheirs ? { ...record.issue, pem: "" } : record.issue),
      issuedCsr: isTheirs && record.issuedCsr !== null ? "" : record.issuedCsr,
      reissue: record.reissue && {
        ...record.reissue,
        ...(isTheirs && { csr: "" }),
        reason: scrub(record.reissue.reason),
        refusal: record.reissue.refusal && scrub(record.reissue.refusal),
      },
      correction: record.correction && (isTheirs ? { ...record.correction, csr: "" } : record.correction),
      attention: record.attention && { ...record.attention, message: scrub(record.attention.message) },
      cancellation: record.cancellation && {
        ...record.cancellation,
        ticket: record.cancellation.ticket && scrub(record.cancellation.ticket),
      },
      undelivered: record.undelivered && { ...record.undelivered, why: scrub(record.undelivered.why) },
      trouble: record.trouble && { ...record.trouble, why: scrub(record.trouble.why) },
      failure: record.failure && { ...record.failure, message: scrub(record.failure.message) },
      timeline: record.timeline.map((each) => ({ ...each, detail: scrub(each.detail) })),
    },
  };
}

type People = Pick<Order, "customer" | "contacts" | "approver"> & { originals?: Record<string, string> | undefined };

function withPeople<P extends People>(people: P, goes: (address: string) => boolean, isTheirs: boolean): P {
  const { originals: spellings, ...rest } = people;
  const kept = Object.entries(spellings ?? {}).filter(([field]) => {
    const person = people.contacts[field.split("/")[1] as keyof Contacts];
    return !isTheirs && !(person && goes(person.email));
  });
  return {
    ...rest,
    customer: isTheirs ? { ...people.customer, email: NO_ADDRESS, name: undefined } : people.customer,
    contacts: Object.fromEntries(
      Object.entries(people.contacts).map(([role, person]) => [
        role,
        person && (goes(person.email) ? nobody(person) : person),
      ]),
    ),
    approver: approverWithout(people.approver, goes),
    ...(kept.length > 0 && { originals: Object.fromEntries(kept) }),
  } as P;
}

/** In the form of a contact, so that every version reads it. The country alone names nobody. */
function nobody({ country }: Contact): Contact {
  const gone = "Erased";
  return {
    ...{ firstName: gone, lastName: gone, address1: gone, city: gone, state: gone, postalCode: "00000", country },
    phone: "+1.0000000",
    email: NO_ADDRESS,
  };
}

/** An address that anybody can construct (admin@ of a domain) names nobody. */
function approverWithout<A extends Order["approver"]>(approver: A, goes: (address: string) => boolean): A {
  if (approver.method !== "email" || !goes(approver.email)) return approver;
  const isConstructed = defaultRules.approvers.includes(approver.email.replace(/@.*$/, ""));
  return isConstructed ? approver : { ...approver, email: NO_ADDRESS };
}
