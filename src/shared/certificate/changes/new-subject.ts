// Another CSR for an order whose contact names no organisation: the CSR's would be named to the CA, and is checked as at
// the order's acceptance.

import type { Fault } from "../../base/fault.ts";
import type { Contacts } from "../../panel/contact.ts";
import { whyUnusable } from "../../panel/contact-reading.ts";
import { readSubject } from "../csr.ts";
import { readContactsFor } from "../order.ts";
import { getProduct } from "../products.ts";

const ORGANIZATION = "contacts/admin/organization";
const REMEDY = "Make the CSR with the real one, or name it in the contact first: PATCH with contacts.";

/** Nothing where the contact names an organisation, or where none is sent. What else the contacts have was accepted. */
export function newSubjectFaults(product: string, contacts: Contacts, csr: string): Fault[] {
  if (contacts.admin.organization !== undefined) return [];
  const sold = getProduct(product);
  const { faults, lateFaults } = readContactsFor(contacts, { product: sold, subject: readSubject(csr) });
  if (![...faults, ...lateFaults].some(({ field }) => field === ORGANIZATION)) return [];
  const said = readSubject(csr).O?.trim() ?? "";
  const why =
    said === ""
      ? `${sold.name} needs an organisation (${sold.level}). The order's contact names none, and this CSR has none (O)`
      : `The order's contact names no organisation, and this CSR's (O) ${whyUnusable("organization", said)}`;
  return [{ field: "csr", message: `${why}. ${REMEDY}` }];
}
