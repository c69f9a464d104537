// Who may approve a certificate for a domain.
import { findRegistrableDomain } from "../../ca/domains.ts";
import { playAt } from "../books/plays.ts";
import type { Settings } from "../books/settings.ts";
import { productOf, type Slot } from "../books/slot.ts";
import { type Element, group, leaf } from "../wire/elements.ts";

/** The five constructed addresses. (CA/B Forum BR 3.2.2.4.4) */
const MAILBOXES = ["admin", "administrator", "hostmaster", "postmaster", "webmaster"];

export interface Approver {
  readonly type: "Domain" | "Generic";
  readonly email: string;
}

/**
 * The addresses offered: the five at the domain somebody registered, and for the Comodo family also the five at the
 * full host name. WHOIS addresses (type Domain) only in their variant: they are hidden nowadays. (eNom API,
 * CertGetApproverEmail)
 */
export function approversFor(domain: string, slot: Slot, { variants }: Settings): Approver[] {
  const host = domain.toLowerCase().replace(/^\*\./, "");
  const base = findRegistrableDomain(host);
  if (base === undefined) return []; // nobody owns it, so there is nobody to ask
  const at = (place: string) =>
    MAILBOXES.map((mailbox): Approver => ({ type: "Generic", email: `${mailbox}@${place}` }));
  if (variants.approvers === "one-generic") return at(base).slice(0, 1);
  if (playAt(host) === "approver-refused" && !slot.corrected) return [{ type: "Generic", email: `hostmaster@${base}` }];
  const owners = ["owner", "whois"].map((mailbox): Approver => ({ type: "Domain", email: `${mailbox}@${base}` }));
  const fromWhois = variants.approvers === "with-domain" ? owners : [];
  const fromHost = productOf(slot).family === "comodo" && host !== base ? at(host) : [];
  return [...fromWhois, ...at(base), ...fromHost];
}

/** All offers, and the empty `Manual` one that always stands last. */
export function approverElements(approvers: readonly Approver[]): Element[] {
  const offers = approvers.map(({ type, email }) => group("Approver", [leaf("ApproverEmail", email)], type));
  return [...offers, group("Approver", [], "Manual")];
}

export function isOffered(email: string, approvers: readonly Approver[]): boolean {
  return approvers.some((approver) => approver.email === email.toLowerCase());
}
