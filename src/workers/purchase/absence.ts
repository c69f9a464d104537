// A settled purchase that eNom does not show (rule 11): bought again once where a machine may, with all witnesses; else a person decides.

import { createHash } from "node:crypto";
import type { Certificate } from "../../shared/certificate/certificate.ts";
import { isFreeToExact } from "../../shared/certificate/slot-owner.ts";
import { abandonAttempt, noteAbsence } from "../ledger/abandon.ts";
import { type Attempt, isSettled } from "../ledger/attempt.ts";
import { markUnknown } from "../ledger/attempt-results.ts";
import { loadOrder } from "../order/load.ts";
import type { OrderNeeds } from "../order/needs.ts";
import { pollLater } from "../order/waiting.ts";
import type { Outcome } from "../runtime/outcome.ts";
import type { AccountSnapshot } from "./account-snapshot.ts";
import { classOf, isRefundedSlot, type Listed } from "./listing.ts";
import { findUnexplained } from "./money-history.ts";
import { parkPurchase } from "./parked.ts";
import { scaled } from "./timings.ts";

/** I11: so long after T_settle a doubt ends with a person, whatever is still in the way. */
const LATEST_MS = 5 * 60_000;
/** Between the two lists that must agree. */
const BETWEEN_LISTS_SECONDS = 10;

export function isOverdue({ gateAt = 0 }: Attempt, now: number, { ledger }: OrderNeeds): boolean {
  return now - gateAt > ledger.settleMs + LATEST_MS;
}

/**
 * Two lists, ten seconds apart, both begun when every purchase of the class was settled, agree on the class; nothing of it changed
 * hands; no slot of it is left over; no order and no debit of the price is unexplained; the budget is unspent. What may pass is
 * waited for, until I11 ends it.
 */
export async function decideAbsence(
  certificate: Certificate,
  snapshot: AccountSnapshot,
  needs: OrderNeeds,
): Promise<Certificate | Outcome> {
  const { reference } = certificate.order;
  const { account, attempt, number, before, listed, unread, view } = snapshot;
  const { settleMs } = needs.ledger;
  const begunAt = before.now;
  const version = before.version(attempt.slotClass);
  const park = (why: string) => parkPurchase({ reference, number }, why, needs);
  const betweenMs = scaled(BETWEEN_LISTS_SECONDS, settleMs);
  const again = (because: string, waitMs = betweenMs) =>
    isOverdue(attempt, view.now, needs)
      ? park(`${because.replace(/\.$/, "")}, for too long.`)
      : pollLater(certificate, { waitSeconds: waitMs / 1_000, because }, needs);

  if (attempt.state === "SENDING") {
    const reason = "The process that sent it ended before it recorded an answer.";
    await markUnknown(needs, { reference, account: account.entry.id, number }, { reason });
  }
  const { rebuyBudget } = needs.timings;
  if (account.entry.mode !== "dedicated")
    return park("The account is shared with other buyers: a missing slot in eNom's list proves nothing.");
  if (certificate.rebuys >= rebuyBudget) return park(budgetSpent(rebuyBudget));

  const others = view.inFlight.filter(
    (each) => each.slotClass === attempt.slotClass && !isSettled(each, { ...before, settleMs }),
  );
  if (others.length > 0) return again("the outcome of other purchases of this product is not known yet");
  const unclaimed = listed.filter((each) => isOpenSlot(each, snapshot));
  if (unclaimed.length > 0) {
    const which = unclaimed.map(({ certId }) => certId).join(", ");
    return again(`eNom lists slot ${which} of this product, which belongs to no order`);
  }
  const seen = { version, digest: digestOf(snapshot), begunAt };
  const first = attempt.absence;
  if (!first || first.version !== version || first.digest !== seen.digest) {
    await noteAbsence(needs, { reference, account: account.entry.id, number }, seen);
    return again("eNom's list shows no slot for the purchase; the list is read once more");
  }
  const left = betweenMs - (begunAt - first.begunAt);
  if (left > 0) return again("eNom's list is read once more", left);

  const owned = [...listed, ...unread].filter(({ certId }) => certId !== null && view.owners.has(certId));
  const strange = await findUnexplained(account.enom, attempt, owned);
  if (strange.length > 0) return again(strange.join(" "));
  const evidence = { lists: [first.begunAt, begunAt], certificates: listed.length, version, digest: seen.digest };
  const done = await abandonAttempt(
    needs,
    { intent: { ...attempt, reference }, number },
    { version, rebuyBudget, evidence },
  );
  needs.log.warn({ event: "purchase.abandoned", reference, attempt: number, answer: done, ...evidence });
  switch (done) {
    case "abandoned":
    case "late":
    case "holds":
      return loadOrder(reference, needs);
    case "budget-spent":
      return park(budgetSpent(rebuyBudget));
    case "unsettled":
    case "changed":
      return again("another purchase of this product happened in between");
  }
}

function budgetSpent(budget: number): string {
  if (budget === 0) return "eNom shows no slot for it. The settings leave it to you to buy again.";
  return "eNom shows no slot for it, and it was already bought again once.";
}

/** Whatever may be the slot that is missed, taken or not: while there is one, nothing is absent. */
function isOpenSlot(listed: Listed, { attempt, view }: AccountSnapshot): boolean {
  if (classOf(listed) !== attempt.slotClass || isRefundedSlot(listed)) return false;
  return isFreeToExact(view.owners.get(listed.certId));
}

/** What both lists must show alike: every certificate of the class, and how it stands. Other products may be bought meanwhile. */
function digestOf({ listed, attempt }: AccountSnapshot): string {
  const lines = listed
    .filter((each) => classOf(each) === attempt.slotClass)
    .map(({ certId, orderId, statusId, domain }) => `${certId} ${orderId} ${statusId} ${domain}`)
    .sort();
  return createHash("sha256").update(lines.join("\n")).digest("hex").slice(0, 32);
}
