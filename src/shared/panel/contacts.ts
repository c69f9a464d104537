// The contacts of an order, read as panels write them, and held against the CSR's subject and the product.

import type { Fault } from "../base/fault.ts";
import type { Contacts, ContactsGiven, Normalised, Originals } from "./contact.ts";
import { readContact, readingEnded, sayOrganization } from "./contact-reading.ts";
import type { Subject } from "./organization.ts";

export interface ContactsRead {
  contacts: Contacts;
  /** How people write what was transliterated; undefined where nothing was. */
  originals: Originals | undefined;
  normalised: Normalised[];
  /** What can be kept in no way. */
  faults: Fault[];
  /** What an order of an earlier version may have, and a new one must not. */
  lateFaults: Fault[];
}

/** What the contacts are held against: the CSR's subject, and whether the product names an organisation to the CA. */
export interface ContactsContext {
  subject: Subject;
  isOrganizationSent: boolean;
}

/** Only the admin contact may be silent where the CSR speaks: a subject is that of its organisation. */
export function readContacts(
  { admin, tech, billing }: ContactsGiven,
  { subject, isOrganizationSent }: ContactsContext,
): ContactsRead {
  const first = readContact(admin, "contacts/admin", subject);
  sayOrganization(first, isOrganizationSent);
  const second = tech && readContact(tech, "contacts/tech", {});
  const third = billing && readContact(billing, "contacts/billing", {});
  const readings = [first, second, third].filter((each) => each !== undefined);
  const ended = readings.map(readingEnded);
  const originals: Originals = Object.assign({}, ...readings.map((each) => each.originals));
  return {
    contacts: {
      admin: readingEnded(first).contact,
      ...(second && { tech: readingEnded(second).contact }),
      ...(third && { billing: readingEnded(third).contact }),
    },
    originals: Object.keys(originals).length > 0 ? originals : undefined,
    normalised: readings.flatMap(({ normalised }) => normalised),
    faults: ended.flatMap(({ faults }) => faults),
    lateFaults: ended.flatMap(({ lateFaults }) => lateFaults),
  };
}
