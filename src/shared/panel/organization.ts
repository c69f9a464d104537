// Which organisation is named to eNom and the certificate authority, decided in this one place: the order's contact
// first, the CSR's subject where the contact is silent.

import { hasLostCharacters, toAscii } from "./ascii.ts";
import type { Contact } from "./contact.ts";
import { toCountry } from "./country.ts";
import { isPlaceholder } from "./placeholder.ts";

/** The subject's fields by their short names (O, OU, L, ST, C). */
export type Subject = Readonly<Record<string, string>>;

/** The organisation as Comodo's products want it at submission. (eNom API, CertPurchaseCert) */
export interface OrganizationDetails {
  organization: string;
  organizationUnit?: string | undefined;
  address1: string;
  address2?: string | undefined;
  locality: string;
  stateProvince: string;
  postalCode: string;
  country: string;
}

/** The fields of a contact that a subject may name, by the subject's short name. */
export const SUBJECT_FIELDS = {
  organization: { attribute: "O", called: "organisation", kind: "firm" },
  city: { attribute: "L", called: "locality", kind: "town" },
  state: { attribute: "ST", called: "state or province", kind: "area" },
  country: { attribute: "C", called: "country", kind: "country" },
} as const;
export type SubjectField = keyof typeof SUBJECT_FIELDS;

/** The text in ASCII when it names something; undefined when it is empty, a placeholder, spoilt, or no country. */
export function usable(text: string | undefined, field: SubjectField, country: string): string | undefined {
  if (text === undefined || hasLostCharacters(text)) return undefined;
  const { kind } = SUBJECT_FIELDS[field];
  if (kind === "country") return toCountry(text);
  return isPlaceholder(text, kind) ? undefined : toAscii(text, country).trim() || undefined;
}

/** The organisation that is named for the contact; undefined for a private person. */
export function organizationOf(contact: Contact, subject: Subject): string | undefined {
  return decided(contact, "organization", subject) ?? contact.organization;
}

/** The contact with the organisation that is named for it. */
export function withOrganization(contact: Contact, subject: Subject): Contact {
  const organization = organizationOf(contact, subject);
  return organization === undefined ? contact : { ...contact, organization };
}

/** A private person orders under the own name. Only what neither of both names usably stays as the contact has it. */
export function detailsOf(contact: Contact, subject: Subject): OrganizationDetails {
  const { firstName, lastName, address1, address2 = "", postalCode } = contact;
  const unit = subject.OU ?? "";
  return {
    organization: organizationOf(contact, subject) ?? `${firstName} ${lastName}`,
    // No field of an order names a unit: the CSR's is passed on where it is one.
    organizationUnit: usable(unit, "organization", contact.country) ?? "",
    address1,
    address2,
    locality: decided(contact, "city", subject) ?? contact.city,
    stateProvince: decided(contact, "state", subject) ?? contact.state,
    postalCode,
    country: decided(contact, "country", subject) ?? contact.country,
  };
}

function decided(contact: Contact, field: SubjectField, subject: Subject): string | undefined {
  return (
    usable(contact[field], field, contact.country) ??
    usable(subject[SUBJECT_FIELDS[field].attribute], field, contact.country)
  );
}
