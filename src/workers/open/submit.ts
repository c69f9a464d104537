// Hands the configured slot to the certificate authority: approver checked first, status read before anything is sent twice.

import { Refused, Uncertain } from "../../shared/base/errors.ts";
import { type Certificate, csrOf } from "../../shared/certificate/certificate.ts";
import { isFormerOwn } from "../../shared/certificate/changes/csr-correction.ts";
import { readSubject } from "../../shared/certificate/csr.ts";
import { getProduct } from "../../shared/certificate/products.ts";
import { type CertificateRecord, withEvent } from "../../shared/certificate/record.ts";
import { detailsOf } from "../../shared/panel/organization.ts";
import { EMAIL_VALIDATION_ENDS } from "../../shared/subscription/limits.ts";
import type { Account } from "../accounts/accounts.ts";
import type { Submission } from "../enom/commands/configuration-commands.ts";
import { isLeftOver } from "../ledger/left-over.ts";
import { reopenConfiguration } from "../ledger/transitions.ts";
import type { OrderNeeds } from "../order/needs.ts";
import {
  isConfiguredOtherwise,
  isSubmitted,
  raiseConfiguredOtherwise,
  raiseUnknownStatus,
  slotOf,
  wantedOf,
} from "../order/slot.ts";
import { emailEnded, isInstructable, ownerAsked, withAgreed } from "../order/validation.ts";
import { clearTrouble, raiseAttention } from "../order/waiting.ts";
import { isRefundedSlot } from "../purchase/listing.ts";
import { parkRefunded } from "../purchase/parked.ts";
import type { Outcome } from "../runtime/outcome.ts";
import { callBackFormer } from "./cancel.ts";

/** Not at the CA yet: awaiting configuration (that is, submission), or rejected by the customer and free to go again. */
const SUBMITTABLE = new Set([1, 6]);

/** CertPurchaseCert charges nothing. A crash behind it is harmless: the next run sees by the status that it was taken. */
export async function submit(loaded: Certificate, needs: OrderNeeds): Promise<Certificate | Outcome> {
  const certificate = { ...loaded, record: { ...withAgreed(loaded.record), slotMethod: null } };
  const { order, record } = certificate;
  const { account, slot } = slotOf(certificate, needs);
  const { approver } = record.terms;
  const before = await account.enom.detail(slot.certId);
  if (isRefundedSlot(before)) return parkRefunded(certificate, before, needs);
  if (!SUBMITTABLE.has(before.statusId)) {
    // The owner is asked only for what the CA has.
    if (!isSubmitted(before)) return raiseUnknownStatus(certificate, before, needs);
    // Redis lost that it was submitted, and the correction came then. What eNom no longer lets go, a person hears of with the certificate.
    if ((await callBackFormer(certificate, before, needs)) === "done") {
      await reopenConfiguration(needs, slot);
      throw new Uncertain(
        `slot ${slot.certId} was submitted with a CSR that was corrected: it is configured once more`,
      );
    }
    return submitted(certificate, { dns: before.dns, file: before.file }, needs);
  }
  if (isConfiguredOtherwise(before, wantedOf(certificate, account))) {
    const isOurs = isFormerOwn(certificate, before) || (await isLeftOver(needs, slot, before));
    if (!isOurs) return raiseConfiguredOtherwise(certificate, before, needs);
    // An earlier configuration took effect late: it is replaced once more.
    await reopenConfiguration(needs, slot);
    throw new Uncertain(`slot ${slot.certId} shows what was replaced: it is configured once more`);
  }
  let asked = approver;
  if (approver.method === "email") {
    if (needs.clock.now() >= EMAIL_VALIDATION_ENDS)
      return raiseAttention(certificate, emailEnded(order.product), needs);
    const isTrusted = account.entry.enom.approverList === "trust";
    const offered = await offeredTo(order.domain, slot.certId, account).catch((error: unknown) => {
      if (isTrusted && error instanceof Refused) return [];
      throw withSwitch(error);
    });
    const chosen = offered.find((each) => each.toLowerCase() === approver.email.toLowerCase());
    if (chosen === undefined && !isTrusted) return notOffered(certificate, approver.email, { offered, needs });
    asked = { method: "email", email: chosen ?? approver.email }; // as eNom spells it: it may compare letter by letter
  }
  const submission = { certId: slot.certId, approver: asked, ...csrDetails(certificate) };
  const answer = await account.enom.submit(submission).catch(async (error: unknown) => {
    // An earlier one may have taken effect since the look: eNom then refuses this one for the status it has now.
    if (!(error instanceof Refused) || error.code !== "enom-refused") throw error;
    const now = await account.enom.detail(slot.certId);
    if (!isSubmitted(now)) throw error;
    return { dns: now.dns, file: now.file };
  });
  return submitted(certificate, answer, needs);
}

function offeredTo(domain: string, certId: number, { enom }: Account): Promise<string[]> {
  return enom.approverEmails({ certId, domain: domain.replace(/^\*\./, "") });
}

const TRUST = "If this eNom has no such list, set approverList: trust below enom: of the account in certfleet.yaml.";

/** A refusal that a person can pass by is told with how. */
function withSwitch(error: unknown): unknown {
  if (!(error instanceof Refused) || error.code !== "enom-refused") return error;
  const { code, question } = error;
  return new Refused(`${error.message}. ${TRUST}`, { code, question });
}

async function submitted(
  certificate: Certificate,
  { dns, file }: Pick<CertificateRecord["validation"], "dns" | "file">,
  needs: OrderNeeds,
): Promise<Certificate> {
  const now = needs.clock.now();
  const { record } = certificate;
  const { approver } = record.terms;
  const validation = {
    ...ownerAsked(record, now),
    dns: approver.method === "dns" ? dns : null,
    file: approver.method === "file" ? file : null,
  };
  const detail = approver.method === "email" ? `approver ${approver.email}` : `validation by ${approver.method}`;
  const instructed = !isInstructable({ terms: record.terms, validation });
  const next = { ...clearTrouble(record, now), submittedAt: now.toISOString(), validation, looks: 0, instructed };
  return needs.certificates.save(
    { ...certificate, record: withEvent(next, now, "certificate.submitted", detail) },
    now,
  );
}

async function notOffered(
  certificate: Certificate,
  email: string,
  { offered, needs }: { offered: string[]; needs: OrderNeeds },
): Promise<Outcome> {
  const list = `${email} is not among the approver addresses that eNom offers: ${offered.join(", ") || "none"}.`;
  const message = offered.length > 0 ? list : `${list} CertGetApproverEmail shows no ApproverEmail. ${TRUST}`;
  return raiseAttention(certificate, { code: "approver-not-offered", message }, needs);
}

/** Comodo products want the organisation once more: the one that the order and its CSR name together. */
function csrDetails(certificate: Certificate): Pick<Submission, "csrDetails"> {
  const { order, record } = certificate;
  if (getProduct(order.product).family !== "comodo") return {};
  return { csrDetails: detailsOf(record.terms.contacts.admin, readSubject(csrOf(certificate))) };
}
