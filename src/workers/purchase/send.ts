// The one place where money moves (rules 7, 8): a request behind the gate, and what each possible answer means.
import { setTimeout as pause } from "node:timers/promises";
import { Refused, Unavailable } from "../../shared/base/errors.ts";
import type { Certificate } from "../../shared/certificate/certificate.ts";
import { countPurchase } from "../../shared/metrics/counts.ts";
import { isRedisTrouble } from "../../shared/redis/connection/trouble.ts";
import type { Account } from "../accounts/accounts.ts";
import { askForBalance } from "../balance/ask.ts";
import type { PurchaseOutcome } from "../enom/commands/commands.ts";
import { markNotSent, markRejected, markUnknown } from "../ledger/attempt-results.ts";
import type { Limits } from "../ledger/begin.ts";
import { mustKeepAll, openGate, type Ticket } from "../ledger/gate.ts";
import { loadOrder } from "../order/load.ts";
import type { OrderNeeds } from "../order/needs.ts";
import { raiseAttention } from "../order/waiting.ts";
import type { Outcome } from "../runtime/outcome.ts";
import { claimSlot } from "./claim-slot.ts";

/** An attempt that is PREPARED, and the right to write it once. In no store: the next run of a lost one makes it void (rule 5). */
export interface BegunPurchase {
  ticket: Ticket;
  account: Account;
  limits: Limits;
}

/** What eNom answered to an attempt that is SENDING. In no store: a lost answer leaves the attempt in doubt (rule 10). */
export interface AnsweredPurchase {
  ticket: Ticket;
  answer: PurchaseOutcome;
}

/** Between gate and answer a crash errs on the side of doubt, never of buying again: the attempt stays SENDING. */
export async function sendPurchase(
  { ticket, account, limits }: BegunPurchase,
  needs: OrderNeeds,
): Promise<AnsweredPurchase> {
  const { intent, number } = ticket;
  const { reference, service, years } = intent;
  const answer = await account.enom.buySlot({ service, years }, async () => {
    await mustKeepAll(needs);
    await openGate(needs, ticket, limits);
  });
  const certId = answer.kind === "bought" ? answer.certId : undefined;
  needs.log.info({ event: "purchase.answered", reference, attempt: number, outcome: answer.kind, certId });
  return { ticket, answer };
}

/** A crash before it leaves the attempt SENDING, which is in doubt; what eNom said is then found in its list. */
export async function recordAnswer(
  { ticket, answer }: AnsweredPurchase,
  needs: OrderNeeds,
): Promise<Certificate | Outcome> {
  const { intent, number } = ticket;
  const { reference, account } = intent;
  const told = { ...intent, currency: currencyOf(account, needs) };
  switch (answer.kind) {
    case "bought": {
      const owned = await claimSlot({ ...intent, number, certId: answer.certId, orderId: answer.orderId }, needs);
      if (typeof owned === "object" && "order" in owned) countPurchase(told, "bought"); // otherwise it is in doubt still
      await askForBalance(account, needs); // an account that runs dry is noticed now
      return owned;
    }
    case "not-sent":
      return recordNotSent(ticket, answer.error, needs);
    case "rejected": {
      const { code, text } = answer;
      const before = await loadOrder(reference, needs);
      // The certificate of an earlier term is valid still: an order that has one is not over.
      const forGood = code === "enom-refused" && before.term === 1;
      await untilRecorded(() => markRejected(needs, ticket, text, forGood));
      countPurchase(told, "rejected");
      const rejected = await loadOrder(reference, needs);
      return forGood ? rejected : raiseAttention(rejected, { code, message: text }, needs);
    }
    case "ordered":
    case "unknown": {
      const { orderId, reason } =
        answer.kind === "ordered"
          ? { orderId: answer.orderId, reason: "eNom answered with an order id and no CertID." }
          : { orderId: undefined, reason: answer.reason };
      await markUnknown(needs, { reference, account, number }, { reason, orderId });
      countPurchase(told, "unknown");
      return loadOrder(reference, needs);
    }
  }
}

/** How long Redis or the journal may be away before a person is asked what this process knew. */
const RECORD_MS = 30_000;

/**
 * That nothing was bought is known to this process alone, and mostly just when Redis or the journal is away: whoever comes
 * next would have to ask a person. Once more does no harm: the step counts for the attempt of this sender only, and once.
 */
async function untilRecorded(record: () => Promise<unknown>): Promise<void> {
  for (const until = performance.now() + RECORD_MS; ; await pause(500)) {
    try {
      await record();
      return;
    } catch (error) {
      if (!(error instanceof Unavailable || isRedisTrouble(error)) || performance.now() > until) throw error;
    }
  }
}

/** Of an account that was taken out of the file meanwhile, the currency that nearly all have. */
export function currencyOf(account: string, { accounts }: Pick<OrderNeeds, "accounts">): string {
  return accounts.find(account)?.entry.currency ?? "USD";
}

/** A gate that stayed shut for want of room opens soon; anything else is trouble. */
async function recordNotSent(ticket: Ticket, error: Error, needs: OrderNeeds): Promise<Outcome> {
  await untilRecorded(() => markNotSent(needs, ticket, error.message));
  countPurchase({ ...ticket.intent, currency: currencyOf(ticket.intent.account, needs) }, "not-sent");
  if (error instanceof Refused) throw error;
  const { retryAfterSeconds } = error instanceof Unavailable ? error : {};
  if (retryAfterSeconds !== undefined) return { waitSeconds: retryAfterSeconds, because: error.message };
  throw new Unavailable(`The purchase was not sent: ${error.message}`);
}
