// The people of a certificate that was ordered elsewhere, from what eNom shows: contacts in the form that records have, the
// customer, and who approves. Nothing is asked for; what cannot be read gets a stand-in, and is named.
import { displayName, emailAddress } from "../../../shared/base/email-address.ts";
import { type Approver, readContactsFor } from "../../../shared/certificate/order.ts";
import type { Product } from "../../../shared/certificate/products.ts";
import { type Contact, type Contacts, contact } from "../../../shared/panel/contact.ts";
import type { CertDetail } from "../../enom/commands/commands.ts";
import type { ShownContact, ShownContacts } from "../../enom/commands/contacts-shown.ts";

/** In the place of what a contact must have and eNom does not show; no such domain exists (RFC 2606). */
const STAND_IN: Contact = {
  ...{ firstName: "Unknown", lastName: "Unknown", address1: "Unknown", city: "Unknown", state: "Unknown" },
  ...{ postalCode: "00000", country: "US", phone: "+1.0000000", email: "unknown@unknown.invalid" },
};
const NEEDED = [
  "firstName",
  "lastName",
  "address1",
  "city",
  "state",
  "postalCode",
  "country",
  "phone",
  "email",
] as const;

export interface People {
  contacts: Contacts;
  customer: { email: string; name?: string };
  /** What a person should put right before the next purchase. */
  odd: string[];
}

/** `department`: gets the mails where eNom shows no address of the customer. */
export function peopleOf(
  shown: ShownContacts,
  context: { product: Product; subject: Readonly<Record<string, string>>; department: string | undefined },
): People {
  const admin = contactOf(shown.admin, context);
  const tech = isShown(shown.tech) ? contactOf(shown.tech, context) : undefined;
  const billing = isShown(shown.billing) ? contactOf(shown.billing, context) : undefined;
  const address = [shown.admin, shown.tech, shown.billing]
    .map(({ email }) => email.trim())
    .find((email) => emailAddress.safeParse(email).success);
  const email = address ?? context.department ?? STAND_IN.email;
  const name = displayName.safeParse([shown.admin.firstName, shown.admin.lastName].join(" ").trim()).data;
  const kept = (given: Read | undefined): Contact | undefined =>
    given?.missing.length === 0 ? given.contact : undefined;
  const odd = [
    ...(admin.missing.length > 0
      ? [
          `the admin contact cannot be used as eNom shows it (${admin.missing.join(", ")}): stand-ins are kept; put it right before the next purchase`,
        ]
      : []),
    ...(address === undefined ? [`eNom shows no e-mail address: mails would go to ${email}`] : []),
  ];
  const [second, third] = [kept(tech), kept(billing)];
  return {
    contacts: { admin: { ...admin.contact, email }, ...(second && { tech: second }), ...(third && { billing: third }) },
    customer: { email, ...(name !== undefined && { name }) },
    odd,
  };
}

/** As eNom says it was validated; what it does not say is the first way that the product has and that lasts. */
export function approverOf(
  detail: Pick<CertDetail, "approverEmail" | "dns" | "file" | "domain">,
  product: Product,
): Approver {
  const { methods } = product;
  const email = emailAddress.safeParse(detail.approverEmail.trim().toLowerCase()).data;
  if (email !== undefined && methods.includes("email")) return { method: "email", email };
  if (detail.dns && methods.includes("dns")) return { method: "dns" };
  if (detail.file && methods.includes("file")) return { method: "file" };
  if (methods.includes("dns")) return { method: "dns" };
  const name = detail.domain.replace(/^(\*|www)\./, "");
  return { method: "email", email: emailAddress.safeParse(`admin@${name}`).data ?? STAND_IN.email };
}

interface Read {
  contact: Contact;
  /** Fields that are not eNom's. */
  missing: string[];
}

function contactOf(
  shown: ShownContact,
  { product, subject }: { product: Product; subject: Readonly<Record<string, string>> },
): Read {
  const said = Object.fromEntries(Object.entries(shown).filter(([, text]) => text.trim() !== ""));
  const silent = NEEDED.filter((field) => !(field in said));
  const given = { ...STAND_IN, ...said };
  const safe = { ...given, email: emailAddress.safeParse(given.email.trim()).data ?? STAND_IN.email };
  const read = readContactsFor({ admin: safe }, { product, subject });
  const wrong = read.faults.map(({ field }) => field.split("/").at(-1) ?? field);
  const whole = contact.safeParse(read.contacts.admin);
  if (whole.success) return { contact: whole.data, missing: [...new Set([...silent, ...wrong])] };
  const bad = new Set(whole.error.issues.map(({ path }) => String(path[0])));
  const kept = Object.fromEntries(Object.entries(read.contacts.admin).filter(([field]) => !bad.has(field)));
  const mended = contact.safeParse({ ...STAND_IN, ...kept });
  return { contact: mended.data ?? STAND_IN, missing: [...new Set([...silent, ...wrong, ...bad])] };
}

function isShown(shown: ShownContact): boolean {
  return shown.firstName.trim() !== "" && shown.email.trim() !== "";
}
