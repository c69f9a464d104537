// Cancels an order (rule 15), and says what becomes of its money. What is at the CA is called back first; the slot is unused again
// only when eNom shows, behind the cancellation, that it may be configured anew.

import { plusSeconds } from "../../shared/base/dates.ts";
import { Refused, Uncertain } from "../../shared/base/errors.ts";
import type { Certificate } from "../../shared/certificate/certificate.ts";
import { findLoss, lossWords, moneyOf, moneyWords, paidFor } from "../../shared/certificate/changes/cancelled-money.ts";
import { isFormerOwn } from "../../shared/certificate/changes/csr-correction.ts";
import { withEvent } from "../../shared/certificate/record.ts";
import type { Cancellation } from "../../shared/refund/cancellation.ts";
import type { CertDetail } from "../enom/commands/commands.ts";
import { isLeftBy, readTraces, type Traces, tracesOf } from "../ledger/left-over.ts";
import { isGivenSince } from "../ledger/restored/found.ts";
import { cancelOrder, recycleSlot, refundSeen } from "../ledger/transitions.ts";
import { tellOfMoney } from "../order/cancelled-order.ts";
import { loadOrder } from "../order/load.ts";
import type { OrderNeeds } from "../order/needs.ts";
import { isConfiguredOtherwise, slotOf, wantedOf } from "../order/slot.ts";
import { pollLater, waitsForPersonAfterAnswer } from "../order/waiting.ts";
import { noteCancelled } from "../purchase/idle-slots.ts";
import { isConfigurable, isRefundedSlot } from "../purchase/listing.ts";
import type { Outcome } from "../runtime/outcome.ts";
import type { Done } from "./decide.ts";

/** More than the clocks of a fleet differ. */
const CLOCKS_APART_SECONDS = 5;

interface Wish {
  reason: string;
  confirmed?: boolean | undefined;
}

/**
 * A purchase in flight is settled before this step is taken: only then is known what is cancelled. A crash behind the ledger's step
 * leaves the request in the record: the next run finds the order cancelled, and reads the slot again.
 */
export async function cancel(
  certificate: Certificate,
  wish: Wish,
  needs: OrderNeeds,
): Promise<Done | Certificate | Outcome> {
  const { order, state } = certificate;
  if (state === "REFUSED") return { refusal: "eNom refused the order: nothing can be cancelled any more." };
  const isFirst = state !== "CANCELLED";
  const now = needs.clock.now();
  const loss = isFirst && !wish.confirmed ? findLoss(certificate, now) : undefined;
  if (loss) return { refusal: unconfirmed(loss) };
  const calledBack = isFirst ? await callBack(certificate, needs) : "done";
  if (calledBack === "refunded") return loadOrder(order.reference, needs);
  if (calledBack === "too-late" && !wish.confirmed)
    return {
      refusal: unconfirmed(`eNom no longer lets the order be withdrawn. ${lossWords(paidFor(certificate), now)}`),
    };
  const bought = { service: order.product, years: certificate.record.plan?.years ?? certificate.record.terms.years };
  const { account, attempt: number } = { account: certificate.record.account, attempt: certificate.attempt };
  const { code, gaveBack } = await cancelOrder(needs, { reference: order.reference, account, number }, bought);
  // Sent by another run since this order was read: the next run settles it first.
  if (code === "in-doubt")
    return { waitSeconds: 1, because: "a purchase of this order is in flight; its outcome must be known first" };
  if (code !== "ok") return { waitSeconds: 1, because: "another worker is processing this order" };
  const isDoubtful = !isFirst || mayBeUnderWay(certificate);
  const isUnused = gaveBack !== null || (!isDoubtful && (await recycle(order.reference, needs)));
  const facts = moneyOf(paidFor(certificate), { isUnused, now, ...aboutTicket(certificate, wish.reason) });
  // Nothing is to be found out for a slot that is unused, was never bought, or is not the order's any more.
  const isOpen = isDoubtful && !isUnused && facts.certId !== null;
  const lookAt = isOpen ? new Date(now.getTime() + needs.ledger.settleMs).toISOString() : null;
  const cancellation: Cancellation = { ...facts, at: now.toISOString(), lookAt };
  if (account !== null && facts.refundBy !== null)
    await noteCancelled({ account, reference: order.reference, until: facts.refundBy }, needs);
  if (!isOpen) await tellOfMoney(certificate, cancellation, needs);
  return {
    event: "certificate.cancelled",
    detail: isOpen
      ? `${moneyWords(cancellation)} The slot is looked at once more at ${lookAt}: a request to eNom may still be under way.`
      : moneyWords(cancellation),
    change: { reissue: null, renewal: null, doubt: null, cancellation, nextLookAt: lookAt },
  };
}

/** The step of a cancelled order whose slot could not be judged at once: no request to eNom is under way any more. */
export async function settleCancelled(certificate: Certificate, needs: OrderNeeds): Promise<Certificate | Outcome> {
  const { order, record } = certificate;
  const { cancellation } = record;
  if (!cancellation?.lookAt) return "done";
  const now = needs.clock.now();
  // Written by a clock that was ahead it would lie further off than it was meant to: it is written anew, and waited for.
  const settleSeconds = needs.ledger.settleMs / 1_000;
  const waitSeconds = (Date.parse(cancellation.lookAt) - now.getTime()) / 1_000;
  const because = "a request to eNom may still be under way";
  if (waitSeconds > settleSeconds + CLOCKS_APART_SECONDS) {
    const lookAt = plusSeconds(now, settleSeconds).toISOString();
    const anew = { ...certificate, record: { ...record, cancellation: { ...cancellation, lookAt } } };
    return pollLater(anew, { waitSeconds: settleSeconds, because }, needs);
  }
  if (waitSeconds > 0) return { waitSeconds, because };
  const bought = paidFor(certificate);
  const isUnused = await recycle(order.reference, needs);
  const reason = "the order was cancelled";
  const facts = moneyOf(bought, { isUnused, now, ...aboutTicket(certificate, reason) });
  const settled: Cancellation = { ...facts, at: cancellation.at, lookAt: null };
  await tellOfMoney(certificate, settled, needs);
  const newest = await loadOrder(order.reference, needs);
  const next = { ...newest.record, cancellation: settled, trouble: null, nextLookAt: null };
  const told = withEvent(next, now, "cancellation.settled", moneyWords(settled));
  return needs.certificates.save({ ...newest, record: told }, now);
}

function unconfirmed(loss: string): string {
  return `${loss} To cancel all the same, cancel again and confirm it with the order's reference.`;
}

function aboutTicket({ order, record }: Certificate, reason: string) {
  const isIssued = record.issue !== null && !record.renewal;
  return { product: order.product, account: record.account ?? "", reason, isIssued };
}

/**
 * Whether a request about the slot may still take effect at eNom: a run died or got no answer, and nothing was answered since. After
 * a refusal that waits for a person nothing is under way.
 */
function mayBeUnderWay({ state, record }: Certificate): boolean {
  // A try that failed since the cancellation was asked for has set the time of the next one.
  if (record.nextLookAt === null && waitsForPersonAfterAnswer(record.attention)) return false;
  return state === "CONFIGURING" || record.trouble !== null;
}

/**
 * Gives the slot to the unused ones where eNom shows that it may be: not at the CA, and nothing in it but what this order, or the one
 * before it, put there. Whatever eNom refuses to say errs on the side of not using it again.
 */
async function recycle(reference: string, needs: OrderNeeds): Promise<boolean> {
  const certificate = await loadOrder(reference, needs);
  const { order, record, certId, state } = certificate;
  const account = needs.accounts.find(record.account ?? "");
  if (state !== "CANCELLED" || certId === null || !account) return false;
  const { redis, keys } = needs.ledger;
  const left = readTraces(await redis.hget(keys.ledger.left(account.entry.id), `${certId}`));
  if (await isGivenSince(needs, { reference, account: account.entry.id, certId })) return false;
  const traces = joined(tracesOf(certificate), left);
  try {
    const detail = await account.enom.detail(certId);
    if (!isConfigurable(detail) || !isLeftBy(traces, detail)) return false;
  } catch (error) {
    if (error instanceof Refused) return false;
    throw error;
  }
  const slot = { reference, account: account.entry.id, certId };
  const years = record.plan?.years ?? record.terms.years;
  return (await recycleSlot(needs, slot, { service: order.product, years, traces })) === "ok";
}

function joined(own: Traces, left: Traces | undefined): Traces {
  if (!left) return own;
  return {
    csrHashes: [...own.csrHashes, ...left.csrHashes].slice(0, 40),
    domains: [...own.domains, ...left.domains].slice(0, 40),
  };
}

/** What is at the CA is called back while eNom still allows it. */
async function callBack(certificate: Certificate, needs: OrderNeeds): Promise<"done" | "too-late" | "refunded"> {
  const { order, record, state } = certificate;
  const isIssued = record.issue !== null && !record.renewal;
  const isAtEnom = state === "CONFIGURED" || state === "CONFIGURING";
  if (!isAtEnom || isIssued || certificate.certId === null) return "done";
  // What was never submitted can be cancelled without its account.
  if (!record.submittedAt && !needs.accounts.find(record.account ?? "")) return "done";
  const { account, slot } = slotOf(certificate, needs);
  if (await isGivenSince(needs, slot)) return "done";
  const withdrawn = await withdraw(slot.certId, account.enom);
  if (withdrawn === "refunded") {
    const bought = { service: order.product, years: record.plan?.years ?? record.terms.years };
    await refundSeen(needs, { ...slot, ...bought });
  }
  if (withdrawn === "too-late")
    needs.log.warn({ event: "cancel.too-late", reference: order.reference, certId: slot.certId });
  return withdrawn;
}

/**
 * Frees a slot at eNom for another configuration (eNom API, CertModifyOrder): nothing to do in status 1 and 6, and verified by a
 * look behind it, since its answer says nothing.
 * @throws Uncertain when eNom shows the order at the CA still
 */
export async function withdraw(
  certId: number,
  enom: { detail: OrderDetail; cancelConfiguration: (certId: number) => Promise<void> },
): Promise<"done" | "too-late" | "refunded"> {
  const before = await enom.detail(certId);
  if (isRefundedSlot(before)) return "refunded";
  if (isConfigurable(before)) return "done";
  if (!AT_THE_CA.has(before.statusId)) return "too-late";
  try {
    await enom.cancelConfiguration(certId);
  } catch (error) {
    if (!(error instanceof Refused) || error.code !== "enom-refused") throw error;
    return "too-late";
  }
  const after = await enom.detail(certId);
  if (AT_THE_CA.has(after.statusId)) throw new Uncertain(`eNom has not withdrawn the order of slot ${certId} yet`);
  return isConfigurable(after) ? "done" : "too-late";
}

/**
 * Calls back from the CA what this order had before it was corrected (Redis had lost that it was submitted). Undefined where eNom
 * does not show clearly that it is that.
 * @throws Uncertain as `withdraw`
 */
export async function callBackFormer(
  certificate: Certificate,
  shown: CertDetail,
  needs: OrderNeeds,
): Promise<Awaited<ReturnType<typeof withdraw>> | undefined> {
  const isClear = shown.csr !== "" || shown.domain.toLowerCase() !== certificate.order.domain;
  const { account, slot } = slotOf(certificate, needs);
  if (!isClear || !isConfiguredOtherwise(shown, wantedOf(certificate, account)) || !isFormerOwn(certificate, shown))
    return undefined;
  return withdraw(slot.certId, account.enom);
}

type OrderDetail = (certId: number) => Promise<{ statusId: number }>;

/** Processing, approval mail sent: CertModifyOrder is permitted. (eNom API) */
const AT_THE_CA = new Set([2, 9]);
