// The step that buys: on the first account that can, once (rules 4 to 6).

import { utcDate } from "../../shared/base/dates.ts";
import { Refused, Unavailable } from "../../shared/base/errors.ts";
import { type Certificate, paidEnd, policyOf } from "../../shared/certificate/certificate.ts";
import type { Account } from "../accounts/accounts.ts";
import { askForBalance } from "../balance/ask.ts";
import { findAttempt } from "../ledger/attempt.ts";
import { findHeldSlot } from "../ledger/claim.ts";
import { refuseOrder } from "../ledger/transitions.ts";
import { failOrder, notSold } from "../order/failed-order.ts";
import { loadOrder } from "../order/load.ts";
import type { OrderNeeds } from "../order/needs.ts";
import { codeOf } from "../order/step-errors.ts";
import { raiseAttention, retryLater } from "../order/waiting.ts";
import type { Outcome } from "../runtime/outcome.ts";
import { claimSlot } from "./claim-slot.ts";
import { attemptOnce, heldBy, type PreparedPurchase, preparePurchase } from "./prepare.ts";
import { reconcile } from "./reconcile.ts";
import { candidatesFor, nobodyLeft, type Obstacle, type Passed } from "./select-account.ts";

const WAITS_FOR_MONEY = "no-account-with-funds";

export async function buy(certificate: Certificate, needs: OrderNeeds): Promise<Certificate | Outcome> {
  const { order, record, attempt, term } = certificate;
  const newest = await findAttempt(needs, order.reference, attempt);
  if (newest?.state === "SENDING" || newest?.state === "UNKNOWN") return reconcile(certificate, needs);
  const account = record.account === null ? undefined : needs.accounts.find(record.account);
  const held = account && (await findHeldSlot(needs, { reference: order.reference, account: account.entry.id }));
  if (held) return claimSlot(heldBy(certificate, account, held), needs);

  const unwanted = term > 1 ? whyNotRenewed(certificate, needs) : undefined;
  if (unwanted) return raiseAttention(certificate, { code: "renewal-due", message: unwanted }, needs);
  const { sound, troubled } = await candidatesFor(certificate, needs);
  const passed: Passed[] = [];
  for (const candidate of sound) {
    const found = await readyOrNot(candidate, certificate, needs);
    if ("result" in found) return found.result;
    if ("intent" in found) return attemptOnce(found, needs);
    passed.push({ ...found, account: candidate.entry.id });
  }
  const last = sound.at(-1);
  const isSoldNowhere = last !== undefined && passed.every(({ code }) => code === "renewal-not-sold");
  if (isSoldNowhere && troubled.length > 0)
    passed.push(...troubled.map(notAsked)); // they may sell it
  else if (isSoldNowhere && term === 1) return refuse(certificate, last, needs);
  const kept = await loadOrder(order.reference, needs);
  // Somebody wished something, or money arrived, while the accounts were asked: decided anew over that.
  if (kept.version !== certificate.version) return kept;
  const left = nobodyLeft(passed, certificate);
  // One that could not be asked may pay in a moment: nobody is told before an hour of that.
  const away = passed.find(({ code }) => code === "enom-unavailable");
  if (away) return retryLater(kept, { ...away, message: left.message }, needs);
  if (left.code === WAITS_FOR_MONEY && kept.record.attention?.code !== WAITS_FOR_MONEY)
    for (const { entry } of sound) await askForBalance(entry.id, needs); // from now on they are read more often
  return raiseAttention(kept, left, needs);
}

/** The next term may wait long for money or an account: whether it is still wanted is looked at again. */
function whyNotRenewed(certificate: Certificate, { policyFor, clock }: OrderNeeds): string | undefined {
  const ends = paidEnd(certificate);
  if (ends && ends <= clock.now())
    return `The paid term is over since ${utcDate(ends)}: the next term is not bought. Cancel the order, or extend it and resolve it with --retry.`;
  const { mode } = policyOf(certificate, policyFor);
  if (mode === "auto") return undefined;
  return `The policy is ${mode} by now: the next term is not bought. Set it to auto and resolve it with --retry, or cancel the order.`;
}

/** Nothing is sent to an account that cannot be asked: it is passed over for the next, where there is one. */
async function readyOrNot(
  account: Account,
  certificate: Certificate,
  needs: OrderNeeds,
): Promise<PreparedPurchase | Obstacle | { result: Certificate | Outcome }> {
  try {
    return await preparePurchase(account, certificate, needs);
  } catch (error) {
    if (!(error instanceof Refused || error instanceof Unavailable)) throw error;
    // Ours, not the account's: its turn comes, or it is decided anew. No reason to pay elsewhere.
    if (error instanceof Unavailable && error.code !== undefined) throw error;
    const message = `Account ${account.entry.id}: ${error.message}`;
    if (error instanceof Refused) return { code: codeOf(error), message };
    return { code: "enom-unavailable", message, retryAfterSeconds: error.retryAfterSeconds };
  }
}

function notAsked({ entry: { id } }: Account): Passed {
  return {
    account: id,
    code: "enom-unavailable",
    message: `Account ${id} is not asked: its last connection check failed.`,
  };
}

async function refuse(
  { order, attempt }: Certificate,
  { entry }: Account,
  needs: OrderNeeds,
): Promise<Certificate | Outcome> {
  await refuseOrder(needs, { reference: order.reference, account: entry.id, number: attempt });
  const message = notSold(order.product, entry.id);
  return failOrder(order.reference, { code: "product-not-sold", message, account: entry.id }, needs);
}
