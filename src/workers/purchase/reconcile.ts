// A purchase of which nobody can say whether it was made (rules 9, 10): eNom's list is read, at growing pauses, until the slot shows up or
// its absence means something.

import { attentionOf, goesOnByItself } from "../../shared/base/codes.ts";
import { Refused, Unavailable } from "../../shared/base/errors.ts";
import { type Certificate, csrOf } from "../../shared/certificate/certificate.ts";
import { csrHash } from "../../shared/certificate/csr.ts";
import { isFreeToExact, slotOwners } from "../../shared/certificate/slot-owner.ts";
import { countPurchase } from "../../shared/metrics/counts.ts";
import type { CertDetail } from "../enom/commands/commands.ts";
import { findAttempt, isSettled } from "../ledger/attempt.ts";
import type { Evidence } from "../ledger/claim.ts";
import { ledgerNow } from "../ledger/context.ts";
import { type LoadedOrder, loadOrder } from "../order/load.ts";
import type { OrderNeeds } from "../order/needs.ts";
import { codeOf } from "../order/step-errors.ts";
import { pollLater, raiseAttention } from "../order/waiting.ts";
import type { Outcome } from "../runtime/outcome.ts";
import { decideAbsence, isOverdue } from "./absence.ts";
import { type AccountSnapshot, takeSnapshot } from "./account-snapshot.ts";
import { claimSlot } from "./claim-slot.ts";
import { classOf, isUntouched, isYoung, type Listed } from "./listing.ts";
import { parkPurchase } from "./parked.ts";
import { answerMs, nextLookMs } from "./timings.ts";

/** Presence counts at once, absence only when settled. Ends by T_settle and five minutes (I11), whatever eNom says. */
export async function reconcile(certificate: LoadedOrder, needs: OrderNeeds): Promise<Certificate | Outcome> {
  const { order, attempt: number, newestAttempt: attempt } = certificate;
  const { reference } = order;
  if (!attempt) return loadOrder(reference, needs);
  const account = needs.accounts.find(attempt.account);
  if (!account) {
    const message = `Account ${attempt.account}, where the outcome of a purchase is unknown, is not configured here.`;
    return raiseAttention(certificate, { code: "no-account", message }, needs);
  }
  const { settleMs } = needs.ledger;
  const now = await ledgerNow(needs);
  const age = Math.max(0, now - (attempt.gateAt ?? now)); // Redis' clock may have been set back since: no pause grows by that
  if (age < nextLookMs(0, settleMs)) return pollLater(certificate, waiting(age, settleMs), needs);
  try {
    const snapshot = await takeSnapshot({ account, attempt, number, domain: order.domain }, needs);
    const found = await findSlot(certificate, snapshot, needs);
    if (found) {
      const { service, years } = attempt;
      const { certId, orderId, evidence } = found;
      const owned = await claimSlot(
        { reference, account: account.entry.id, service, years, number, certId, orderId },
        needs,
        evidence,
      );
      if (typeof owned === "object" && "order" in owned)
        countPurchase({ ...attempt, currency: account.entry.currency }, "found");
      return owned;
    }
    if (!isSettled(attempt, { ...snapshot.before, settleMs }))
      return await pollLater(certificate, waiting(age, settleMs), needs);
    return await decideAbsence(certificate, snapshot, needs);
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error);
    if (isOverdue(attempt, now, needs)) return parkPurchase({ reference, number }, because, needs);
    if (!(error instanceof Unavailable || error instanceof Refused)) throw error; // a fault of ours is shown as one
    const code = error instanceof Refused ? codeOf(error) : attentionOf(error);
    // What a person can fix is shown as such; the list is read again at its own pace all the same.
    if (code !== undefined && goesOnByItself(code))
      await raiseAttention(await loadOrder(reference, needs), { code, message: because }, needs);
    return pollLater(await loadOrder(reference, needs), { ...waiting(age, settleMs), because }, needs);
  }
}

function waiting(ageMs: number, settleMs: number): { waitSeconds: number; because: string } {
  const waitSeconds = (nextLookMs(ageMs, settleMs) - ageMs) / 1_000;
  return { waitSeconds, because: "a purchase was sent and its outcome is not known; eNom's list is read again" };
}

interface Found {
  certId: number;
  orderId: number | null;
  evidence: Evidence;
}

/** Rule 10, first hit wins: a slot that carries our CSR; that has our order id; an untouched young one of the class, the oldest first. */
async function findSlot(
  certificate: Certificate,
  snapshot: AccountSnapshot,
  needs: OrderNeeds,
): Promise<Found | undefined> {
  const { account, attempt, listed, view } = snapshot;
  const { order } = certificate;
  const ours = csrHash(csrOf(certificate));
  const ofClass = listed.filter((each) => classOf(each) === attempt.slotClass);
  const untouched: Listed[] = [];
  const ownerOf = ({ certId }: Listed): string | undefined => view.owners.get(certId);
  const isFound = (each: Listed): boolean => ownerOf(each) === slotOwners.found; // after a restore: exact evidence alone takes it
  for (const each of ofClass.filter((one) => ownerOf(one) === undefined || isFound(one))) {
    if (each.domain !== "" && each.domain !== order.domain) continue;
    const detail = await findDetail(each.certId, snapshot);
    if (!detail) continue;
    const { csr, domain } = detail;
    if (csr !== "" && csrHash(csr) === ours) return { ...each, evidence: { by: "answer" } };
    if (csr === "" && domain === "" && !isFound(each)) untouched.push(each);
  }
  const byOrderId =
    attempt.orderId && listed.find((each) => each.orderId === attempt.orderId && isFreeToExact(ownerOf(each)));
  if (byOrderId) return { ...byOrderId, evidence: { by: "answer" } };
  if (account.entry.mode !== "dedicated") return undefined;
  const pooled = ofClass.filter((each) => ownerOf(each) === slotOwners.unused);
  const mayBeAwaited = await slotsOfLivingSenders(snapshot, needs);
  const [oldest] = [...untouched, ...pooled]
    .filter((each) => isUntouched(each) && isYoung(each, needs.clock.now()) && !mayBeAwaited(each))
    .sort((a, b) => a.certId - b.certId);
  return oldest && { ...oldest, evidence: { by: "list" } };
}

/** A slot whose detail eNom refuses is no candidate; it stays in the way of saying that nothing was bought. */
async function findDetail(certId: number, { account }: AccountSnapshot): Promise<CertDetail | undefined> {
  try {
    return await account.enom.detail(certId);
  } catch (error) {
    if (error instanceof Refused && error.code === "enom-refused") return undefined;
    throw error;
  }
}

/**
 * A slot that another process may be told of at this moment is left to it: taken from it, that order would be the one in doubt.
 * eNom's order ids grow, so what is older than the snapshot before a purchase was not made by it. A courtesy; the claim decides.
 */
async function slotsOfLivingSenders(
  { attempt, view, number }: AccountSnapshot,
  needs: OrderNeeds,
): Promise<(slot: Listed) => boolean> {
  const others = view.inFlight.filter(
    (each) =>
      each.flag === "S" &&
      each.slotClass === attempt.slotClass &&
      !(each.gateAt === attempt.gateAt && each.number === number) &&
      view.now - each.gateAt < answerMs(needs.ledger.settleMs),
  );
  const found = await Promise.all(others.map((each) => findAttempt(needs, each.reference, each.number)));
  const snapshots = found.flatMap((each) => each?.newestOrderId ?? []);
  return ({ orderId }) => snapshots.some((newest) => orderId === null || orderId > newest);
}
