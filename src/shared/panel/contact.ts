// Who is named to the certificate authority: as it is kept and sent to eNom, and as panels may write it.

import { z } from "zod";
import { emailAddress } from "../base/email-address.ts";

const text = (longest: number) => z.string().trim().min(1).max(longest);

/** CA systems take ASCII only in contact fields and answer anything else with an error of their own. */
const ascii = (longest: number) =>
  text(longest).regex(/^[\x20-\x7e]+$/, "must be ASCII characters only: the certificate authorities refuse others");

const phone = z.string().regex(/^\+\d{1,3}\.\d{4,14}$/, "must be +CountryCode.Number, such as +31.300000000");

/** Of the organisation that is named for a contact, whoever names it. */
export const LONGEST_ORGANIZATION = 100;

/** As it is kept: records of every version are read by it, so it never becomes stricter. */
export const contact = z.strictObject({
  firstName: ascii(60),
  lastName: ascii(60),
  organization: ascii(LONGEST_ORGANIZATION).optional(),
  jobTitle: ascii(60).optional(),
  address1: ascii(100),
  address2: ascii(100).optional(),
  city: ascii(60),
  state: ascii(60),
  postalCode: ascii(20),
  country: z.string().regex(/^[A-Z]{2}$/, "must be two capital letters (ISO 3166-1), such as NL"),
  phone,
  fax: phone.optional(),
  email: emailAddress,
});
export type Contact = z.infer<typeof contact>;

export const contacts = z.strictObject({ admin: contact, tech: contact.optional(), billing: contact.optional() });
export type Contacts = z.infer<typeof contacts>;

/** The longest text that is looked at; what is kept of it is shorter. */
const any = (description: string, example: string) => text(400).meta({ description, example });

/**
 * As it may be written: any script, usual spellings. `city`, `state`, `country` may come from the CSR, `state` and
 * `postalCode` are filled where the country has none.
 */
export const contactGiven = z.strictObject({
  firstName: any("Given name", "Ada"),
  lastName: any("Family name", "Example"),
  organization: any("The organisation's registered name; without it the one in the CSR", "Example Ltd").optional(),
  jobTitle: any("What the person does there; some products need it", "Engineer").optional(),
  address1: any("Street and number", "Main Street 1"),
  address2: any("Second line of the address", "Floor 2").optional(),
  city: any("City; without it the one in the CSR", "Utrecht").optional(),
  state: any("State or province; without it the one in the CSR", "Utrecht").optional(),
  postalCode: any("Postal code; may be missing where the country has none", "3511AA").optional(),
  country: any("ISO 3166-1, such as NL; nl, NLD and UK are understood", "NL").optional(),
  phone: any("With its country code, or as it is dialled in the country", "+31.300000000"),
  fax: any("As phone", "+31.300000001").optional(),
  email: emailAddress,
});
export type ContactGiven = z.infer<typeof contactGiven>;

export const contactsGiven = z.strictObject({
  admin: contactGiven.meta({ description: "Who is responsible for the certificate" }),
  tech: contactGiven.optional().meta({ description: "Who installs it; without it admin" }),
  billing: contactGiven.optional().meta({ description: "Who pays for it; without it admin" }),
});
export type ContactsGiven = z.infer<typeof contactsGiven>;

/** How people write what was transliterated, by the field it stands in: `contacts/admin/city`. */
export const originals = z.record(z.string(), z.string());
export type Originals = z.infer<typeof originals>;

/** One thing that was written otherwise than it came. Null: it was not given. */
export interface Normalised {
  field: string;
  from: string | number | null;
  to: string | number;
}
