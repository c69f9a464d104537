// The slot that an order holds: which account it is on, and whether eNom shows it configured for something else.
import { Refused } from "../../shared/base/errors.ts";
import { type Certificate, csrOf } from "../../shared/certificate/certificate.ts";
import { csrHash } from "../../shared/certificate/csr.ts";
import type { EnomSwitches } from "../../shared/enom/switches.ts";
import type { Account } from "../accounts/accounts.ts";
import type { CertDetail } from "../enom/commands/commands.ts";
import type { Outcome } from "../runtime/outcome.ts";
import type { OrderNeeds } from "./needs.ts";
import { raiseAttention } from "./waiting.ts";

/** Account and slot of an order that has one. @throws Refused when its account is not configured here any more. */
export function slotOf({ order, record, certId }: Certificate, needs: OrderNeeds) {
  const account: Account | undefined = needs.accounts.find(record.account ?? "");
  if (!account || certId === null)
    throw new Refused(`account ${record.account ?? "–"} of this order is not configured here`);
  return { account, slot: { reference: order.reference, account: account.entry.id, certId } };
}

/** What a slot must carry to be this order's, and how its account shows it. */
export interface Wanted {
  csr: string;
  domain: string;
  proof: EnomSwitches["proof"];
}

/**
 * Whether the slot carries a CSR, or at least a domain, that is not this order's. Where the account shows no CSR before the
 * issue, or another one, the domain alone decides: the slot is this order's by the ledger, and the certificate is held
 * against the CSR when it comes.
 */
export function isConfiguredOtherwise({ csr, domain }: CertDetail, wanted: Wanted): boolean {
  if (wanted.proof === "domain") return domain !== "" && !isSameDomain(domain, wanted.domain);
  return csr === "" ? domain !== "" : csrHash(csr) !== csrHash(wanted.csr);
}

/** Whether the slot shows that it carries this order's configuration. */
export function isConfiguredAsWanted(detail: CertDetail, wanted: Wanted): boolean {
  const shows = wanted.proof === "domain" ? detail.domain : detail.csr;
  return shows !== "" && !isConfiguredOtherwise(detail, wanted);
}

export function wantedOf({ order, record }: Certificate, { entry }: Account): Wanted {
  return { csr: csrOf({ order, record }), domain: order.domain, proof: entry.enom.proof };
}

/** eNom shows a wildcard with its star or without. */
function isSameDomain(shown: string, wanted: string): boolean {
  const bare = (name: string): string => name.toLowerCase().replace(/^\*\./, "");
  return bare(shown) === bare(wanted);
}

/** At the CA, or behind it: processing, issued, approval mail sent, approved; 12 and 13 are issued for eNom's own hosting. */
const SUBMITTED = new Set([2, 4, 9, 10, 12, 13]);

/** Whether eNom shows that the order was submitted. A status that nobody knows shows nothing of the kind. */
export function isSubmitted({ statusId }: Pick<CertDetail, "statusId">): boolean {
  return SUBMITTED.has(statusId);
}

export function raiseUnknownStatus(
  certificate: Certificate,
  { statusId, statusText }: Pick<CertDetail, "statusId" | "statusText">,
  needs: OrderNeeds,
): Promise<Outcome> {
  const message = `eNom shows status ${statusId} (${statusText}), which this version does not know (CertGetCertDetail, element CertStatusID). When you know what it means, say so with statuses below enom: of the account in certfleet.yaml.`;
  return raiseAttention(certificate, { code: "unknown-status", message }, needs);
}

export function raiseConfiguredOtherwise(
  certificate: Certificate,
  detail: CertDetail,
  needs: OrderNeeds,
): Promise<Outcome> {
  const { certId, csr, domain, statusText } = detail;
  const isStranger = domain !== "" && !isSameDomain(domain, certificate.order.domain);
  const shown = csr === "" ? "no CSR" : "another CSR";
  const is = `Slot ${certId} is configured for ${domain || "another CSR"} at eNom (${statusText})`;
  const message = isStranger
    ? `${is}.`
    : `${is}, and CertGetCertDetail shows ${shown} for it (element CSR). If this eNom shows it so of every order, set proof: domain below enom: of the account in certfleet.yaml.`;
  return raiseAttention(certificate, { code: "configured-otherwise", message }, needs);
}
