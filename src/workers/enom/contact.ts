// Spells a contact in eNom's parameter names.

import type { Contact } from "../../shared/order.ts";

/** `AdminFName`, `AdminLName`, … as far as given. (eNom API, CertConfigureCert) */
export function contactParameters(role: "Admin" | "Tech" | "Billing", contact: Contact): Record<string, string> {
  const fields: Record<string, string | undefined> = {
    FName: contact.firstName,
    LName: contact.lastName,
    OrgName: contact.organization,
    JobTitle: contact.jobTitle,
    Address1: contact.address1,
    Address2: contact.address2,
    City: contact.city,
    State: contact.state,
    StateProvinceChoice: "S",
    PostalCode: contact.postalCode,
    Country: contact.country,
    Phone: contact.phone,
    Fax: contact.fax,
    EmailAddress: contact.email,
  };
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[`${role}${name}`, value]])),
  );
}
