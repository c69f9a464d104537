// The three contacts of a certificate: what must be given, and how they are shown again.
import { isCountry } from "../../ca/countries.ts";
import type { CatalogueProduct } from "../books/catalogue.ts";
import type { Configuration } from "../books/slot.ts";
import { cdata, type Element } from "../wire/elements.ts";
import type { Parameters } from "./office.ts";

const ROLES = ["Tech", "Admin", "Billing"] as const;

/**
 * Fields that every contact must have, with the error parameter of the technical one; the two others count on from it.
 */
const REQUIRED: Record<string, number> = {
  FName: 22,
  LName: 27,
  Address1: 32,
  City: 42,
  PostalCode: 52,
  Country: 57,
  Phone: 67,
  EmailAddress: 77,
};
const STATE_PARAMETER = 47;

const FORMS: Record<string, (value: string) => boolean> = {
  Country: isCountry,
  Phone: (value) => /^\+\d{1,3}\.\d{4,14}$/.test(value),
  EmailAddress: (value) => /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(value),
};

/** In the order of CertGetCertDetail. */
const SHOWN = [
  "OrgName",
  "JobTitle",
  "FName",
  "LName",
  "Address1",
  "Address2",
  "City",
  "StateProvince",
  "StateProvinceChoice",
  "PostalCode",
  "Country",
  "Phone",
  "Fax",
  "EmailAddress",
  "PhoneExt",
];

export interface ContactFault {
  code: string;
  text: string;
}

/**
 * The first thing wrong with the contacts of a CertConfigureCert. (eNom API, CertConfigureCert and API error codes:
 * parameters 001 to 079)
 */
export function findContactFault(parameters: Parameters, product: CatalogueProduct): ContactFault | undefined {
  for (const [index, role] of ROLES.entries()) {
    const given = (field: string) => parameters[`${role}${field}`.toLowerCase()]?.trim() ?? "";
    for (const [field, parameter] of Object.entries(REQUIRED)) {
      if (given(field) === "") return fault(parameter + index, `${role}${field} is required`);
      if (FORMS[field]?.(given(field)) === false) return fault(parameter + index, badForm(role, field));
    }
    if (given("State") + given("Province") === "") return fault(STATE_PARAMETER + index, `${role}State is required`);
    // The documentation wants both always; its own sample and the CAs only where an organisation is certified.
    if (role !== "Admin" || product.level === "DV") continue;
    if (given("OrgName") === "") return fault(9, "AdminOrgName is required");
    if (given("JobTitle") === "") return fault(63, "AdminJobTitle is required");
  }
  return undefined;
}

/** The parameters of a call that belong to contacts. */
export function contactsOf(parameters: Parameters): Record<string, string> {
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => /^(admin|tech|billing)/.test(name)));
}

/** The contact elements of CertGetCertDetail; empty ones for a slot without configuration. */
export function contactElements(configuration: Configuration | undefined): Element[] {
  const contacts = configuration?.contacts ?? {};
  return ["Admin", "Tech", "Billing"].flatMap((role) =>
    SHOWN.map((field) => cdata(`${role}${field}`, shown(contacts, role.toLowerCase(), field))),
  );
}

function shown(contacts: Readonly<Record<string, string>>, role: string, field: string): string {
  if (field !== "StateProvince") return contacts[`${role}${field.toLowerCase()}`] ?? "";
  return contacts[`${role}state`] || contacts[`${role}province`] || "";
}

function fault(parameter: number, text: string): ContactFault {
  return { code: `304${String(parameter).padStart(3, "0")}`, text };
}

function badForm(role: string, field: string): string {
  return field === "Phone"
    ? "Parameter value range error - 7037 - Invalid telephone number format."
    : `${role}${field} is invalid`;
}
