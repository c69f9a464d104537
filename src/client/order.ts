// An order as callers write it, for both clients. The gateway and the workers check it; a test holds these types against
// their schema.

/** A person who is named to the certificate authority. Any script, usual spellings: what is kept is told in the answer. */
export interface Contact {
  firstName: string;
  lastName: string;
  organization?: string | undefined;
  jobTitle?: string | undefined;
  address1: string;
  address2?: string | undefined;
  city?: string | undefined;
  state?: string | undefined;
  postalCode?: string | undefined;
  /** ISO 3166-1, such as `NL`. */
  country?: string | undefined;
  /** With its country code (`+31.300000000`), or as it is dialled in the country. */
  phone: string;
  fax?: string | undefined;
  email: string;
}

/** How the domain's owner proves control of it. */
export type Approver = { method: "email"; email: string } | { method: "dns" } | { method: "file" };

/** What happens before the certificate ends. What it leaves out is the configured policy. */
export interface Policy {
  /** `auto`: reissue and renew; `manual`: remind the customer; `none`: nothing. */
  mode?: "auto" | "manual" | "none" | undefined;
  /** Days before the end, 1 to 200. */
  beforeDays?: number | undefined;
}

export interface Order {
  /** Chosen by you, 1 to 64 of `A-Z a-z 0-9 . _ -`. It makes two requests the same order and is never used again. */
  reference: string;
  /** eNom's service code, such as `Certificate-RapidSSL-RapidSSL`. */
  product: string;
  /** The paid term, 1 to 5; without it 1. */
  years?: number | undefined;
  /** PKCS #10 as PEM. Never a private key. */
  csr: string;
  approver: Approver;
  /** `tech` and `billing` are `admin` where they are left out. */
  contacts: { admin: Contact; tech?: Contact | undefined; billing?: Contact | undefined };
  /** Who gets the mails about the order. `language`: such as `en` or `pt-BR`. */
  customer: { email: string; name?: string | undefined; language?: string | undefined };
  /** Your own name of the customer: customers take turns. */
  tenant?: string | undefined;
  /** The name in mails about this order. */
  brand?: string | undefined;
  policy?: Policy | undefined;
  /** The eNom account to buy on; without it one is chosen. */
  account?: string | undefined;
  dataCenter?: string | undefined;
  /** What becomes of the last days of the paid term that only one more purchase would cover. */
  remainder?: "buy" | { giveUpDays: number } | undefined;
  /** What you know and want all the same. */
  acknowledge?: "email-validation-ends"[] | undefined;
}
