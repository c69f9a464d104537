// Carries out a person's decision on what an order waits for (rule 16): the ledger's scripts move the money facts, each decision once.

import { Refused } from "../../shared/base/errors.ts";
import type { Certificate } from "../../shared/certificate/certificate.ts";
import { NOTHING_DONE } from "../../shared/certificate/new-record.ts";
import { getProduct } from "../../shared/certificate/products.ts";
import type { CertificateRecord, OperatorRequest } from "../../shared/certificate/record.ts";
import type { TimelineEvent } from "../../shared/certificate/timeline-events.ts";
import { countPurchase } from "../../shared/metrics/counts.ts";
import { claimInLedger } from "../ledger/claim.ts";
import { isLeftOver } from "../ledger/left-over.ts";
import { buyAgain, reopenConfiguration } from "../ledger/transitions.ts";
import type { LoadedOrder } from "../order/load.ts";
import type { OrderNeeds } from "../order/needs.ts";
import { slotOf } from "../order/slot.ts";
import { bindOrVerify } from "../purchase/binding.ts";

/** How a wish ended. `change` is saved together with the end of the wish; a refusal leaves everything as it was. */
export type Done =
  | {
      event: TimelineEvent;
      /** What the timeline says behind who asked for it and why. */
      detail?: string;
      change?: Partial<CertificateRecord> | ((newest: CertificateRecord) => Partial<CertificateRecord>);
    }
  | { refusal: string };
type Decision = Extract<OperatorRequest, { kind: "resolve" }>;

/** Nothing of an earlier slot counts for the next one: it is submitted and its owner told anew. */
export const AFRESH = { ...NOTHING_DONE, doubt: null } satisfies Partial<CertificateRecord>;

export async function decide(certificate: LoadedOrder, wish: Decision, needs: OrderNeeds): Promise<Done> {
  if (wish.attempt !== undefined && wish.attempt !== certificate.attempt)
    return {
      refusal: `It was made for purchase ${wish.attempt}, and the order is at purchase ${certificate.attempt} now.`,
    };
  switch (wish.decision) {
    case "adopt":
      return adopt(certificate, wish, needs);
    case "not-bought":
    case "refunded":
      return again(certificate, wish, needs);
    case "retry":
      return retry(certificate, needs);
    case "cancel":
      return { refusal: "A cancellation is requested separately: certfleet certificate resolve with --cancel." };
  }
}

async function again({ order, record, attempt }: Certificate, wish: Decision, needs: OrderNeeds): Promise<Done> {
  const answer = await buyAgain(
    needs,
    { reference: order.reference, account: record.account ?? "", number: attempt },
    { id: `${wish.decision} ${wish.at} ${wish.who}`, reason: `${wish.decision}: ${wish.reason} (${wish.who})` },
  );
  // A refunded slot's certificate is no more; that of an earlier term stays until the next one is there.
  const nothingIssued = record.renewal ? {} : { issue: null, issuedCsr: null, toldSerial: null };
  const event = wish.decision === "refunded" ? "decision.refunded" : "decision.not-bought";
  if (answer === "ok") return { event, change: { ...AFRESH, ...nothingIssued } };
  return { refusal: `Only a parked purchase can be decided on. This order is ${answer}.` };
}

/** The slot must exist at this account, be of the class that was bought, and be free or carry this order's CSR. */
async function adopt(certificate: LoadedOrder, wish: Decision, needs: OrderNeeds): Promise<Done> {
  const { certId = 0, who, reason } = wish;
  const { order, record, attempt: number, newestAttempt: attempt, state } = certificate;
  const adopted = { event: "decision.adopt", change: AFRESH } satisfies Done;
  if (certificate.certId === certId) return adopted; // by a run that died before it could note it
  if (state !== "PARKED") return { refusal: `Only a parked purchase can be decided on. This order is ${state}.` };
  const account = needs.accounts.find(record.account ?? "");
  if (!account || !attempt || (await bindOrVerify(needs, account)) === "bound-elsewhere") {
    return { refusal: "The order's account is not configured here, or its purchase attempt is not known." };
  }
  const detail = await account.enom.detail(certId).catch((error: unknown) => {
    if (error instanceof Refused && error.code === "enom-refused") return undefined;
    throw error;
  });
  if (!detail) return { refusal: `eNom has no CertID ${certId} in account ${account.entry.id}.` };
  const { prodType, name } = getProduct(order.product);
  const months = attempt.years * 12;
  if (detail.prodType !== prodType || detail.validityMonths !== months) {
    return { refusal: `CertID ${certId} is not a ${name} for ${months} months.` };
  }
  const isOthers = detail.domain !== "" && detail.domain.toLowerCase() !== order.domain;
  if (isOthers && !(await isLeftOver(needs, { account: account.entry.id, certId }, detail))) {
    return { refusal: `CertID ${certId} is configured for ${detail.domain}.` };
  }
  const { service, years } = attempt;
  const slot = { reference: order.reference, account: account.entry.id, number, certId, orderId: detail.orderId };
  const claimed = await claimInLedger(
    needs,
    { ...slot, service, years, at: needs.clock.now() },
    { by: "person", words: `adopt ${certId}: ${reason} (${who})` },
  );
  if (claimed.kind === "ok") countPurchase({ ...attempt, currency: account.entry.currency }, "found");
  if (claimed.kind === "ok") return adopted;
  if (claimed.kind === "taken") return { refusal: `CertID ${certId} belongs to ${claimed.by}.` };
  return { refusal: `CertID ${certId} could not be claimed for this order: its purchase was decided already.` };
}

/** Looks again after a person mended something. A reissue is asked for again only where eNom does not show the first. */
async function retry(certificate: Certificate, needs: OrderNeeds): Promise<Done> {
  const { state, record } = certificate;
  if (state === "PARKED")
    return { refusal: "A parked purchase cannot be retried. Decide adopt, not-bought, refunded or cancel." };
  const code = record.attention?.code ?? "";
  const reopen = code === "rejected-by-owner" || code === "configured-otherwise";
  if (reopen) await reopenConfiguration(needs, slotOf(certificate, needs).slot);
  const unseen = code === "reissue-uncertain" || code === "waited-too-long";
  const doubtful = unseen && record.reissue?.state === "sending" ? record.reissue.requestedAt : undefined;
  return {
    event: "decision.retry",
    change: ({ reissue, actedOn }) => ({
      ...(reopen && AFRESH),
      // Asked again only where it is still the one that was looked at.
      ...(reissue?.state === "sending" &&
        reissue.requestedAt === doubtful && { reissue: { ...reissue, state: "requested" as const } }),
      actedOn: reissue ? actedOn : null,
    }),
  };
}
