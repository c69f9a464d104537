// The contacts that eNom shows with a certificate, as they stand there: nobody but an import reads them.
import type { XmlElement } from "../wire/document.ts";
import { anyTextOf } from "./fields.ts";

/** Texts as eNom shows them; empty where it shows none. */
export interface ShownContact {
  firstName: string;
  lastName: string;
  organization: string;
  jobTitle: string;
  address1: string;
  address2: string;
  city: string;
  state: string;
  postalCode: string;
  country: string;
  phone: string;
  fax: string;
  email: string;
}

export interface ShownContacts {
  admin: ShownContact;
  tech: ShownContact;
  billing: ShownContact;
}

const ELEMENTS: Readonly<Record<keyof ShownContact, string>> = {
  ...{ firstName: "FName", lastName: "LName", organization: "OrgName", jobTitle: "JobTitle" },
  ...{ address1: "Address1", address2: "Address2", city: "City", state: "StateProvince" },
  ...{ postalCode: "PostalCode", country: "Country", phone: "Phone", fax: "Fax", email: "EmailAddress" },
};

/** (eNom API, CertGetCertDetail: AdminFName, TechFName, BillingFName, …) */
export function shownContacts(payload: XmlElement): ShownContacts {
  return { admin: of(payload, "Admin"), tech: of(payload, "Tech"), billing: of(payload, "Billing") };
}

function of(payload: XmlElement, role: string): ShownContact {
  const fields = Object.entries(ELEMENTS).map(([field, element]) => [field, anyTextOf(payload, `${role}${element}`)]);
  return Object.fromEntries(fields) as ShownContact;
}
