// The slot that an order holds: which account it is on, and whether eNom shows it configured for something else.
import { Refused } from "../../shared/base/errors.ts";
import type { Certificate } from "../../shared/certificate/certificate.ts";
import { csrHash } from "../../shared/certificate/csr.ts";
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

/** Whether the slot carries a CSR, or at least a domain, that is not this order's. */
export function isConfiguredOtherwise({ csr, domain }: CertDetail, wanted: string): boolean {
  return csr === "" ? domain !== "" : csrHash(csr) !== csrHash(wanted);
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
  const message = `eNom shows status ${statusId} (${statusText}), which this version does not know.`;
  return raiseAttention(certificate, { code: "unknown-status", message }, needs);
}

export function raiseConfiguredOtherwise(
  certificate: Certificate,
  detail: CertDetail,
  needs: OrderNeeds,
): Promise<Outcome> {
  const { certId, domain, statusText } = detail;
  const message = `Slot ${certId} is configured for ${domain || "another CSR"} at eNom (${statusText}).`;
  return raiseAttention(certificate, { code: "configured-otherwise", message }, needs);
}
