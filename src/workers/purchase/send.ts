// The one place where money moves (rules 7, 8): a request behind the gate, and what each possible answer means.

import { Refused, Unavailable } from "../../shared/base/errors.ts";
import type { Certificate } from "../../shared/certificate/certificate.ts";
import type { Account } from "../accounts/accounts.ts";
import { askForBalance } from "../balance/ask.ts";
import { markNotSent, markRejected, markUnknown } from "../ledger/attempt-results.ts";
import { openGate, type Ticket } from "../ledger/gate.ts";
import type { Limits } from "../ledger/limits.ts";
import { failOrder } from "../order/failed-order.ts";
import { loadOrder } from "../order/load.ts";
import type { OrderNeeds } from "../order/needs.ts";
import { raiseAttention } from "../order/waiting.ts";
import type { Outcome } from "../runtime/outcome.ts";
import { claimSlot } from "./claim-slot.ts";
import { reconcile } from "./reconcile.ts";

/** Between gate and answer a crash errs on the side of doubt, never of buying again: the attempt stays SENDING. */
export async function sendPurchase(
  { ticket, account, limits }: { ticket: Ticket; account: Account; limits: Limits },
  needs: OrderNeeds,
): Promise<Certificate | Outcome> {
  const { intent, number } = ticket;
  const { reference, service, years } = intent;
  const outcome = await account.enom.buySlot({ service, years }, () => openGate(needs, ticket, limits));
  const certId = outcome.kind === "bought" ? outcome.certId : undefined;
  needs.log.info({ event: "purchase.answered", reference, attempt: number, outcome: outcome.kind, certId });
  switch (outcome.kind) {
    case "bought": {
      const owned = await claimSlot({ ...intent, number, certId: outcome.certId, orderId: outcome.orderId }, needs);
      await askForBalance(intent.account, needs); // who runs dry hears of it now
      return owned;
    }
    case "not-sent":
      return notWritten(ticket, outcome.error, needs);
    case "rejected": {
      const { code, text } = outcome;
      const before = await loadOrder(reference, needs);
      // The certificate of an earlier term is valid still: an order that has one is not over.
      const forGood = code === "enom-refused" && before.term === 1;
      await markRejected(needs, ticket, text, forGood);
      if (forGood) return failOrder(reference, { code, message: text }, needs);
      return raiseAttention(await loadOrder(reference, needs), { code, message: text }, needs);
    }
    case "ordered":
    case "unknown": {
      const { orderId, reason } =
        outcome.kind === "ordered"
          ? { orderId: outcome.orderId, reason: "eNom answered with an order id alone." }
          : { orderId: undefined, reason: outcome.reason };
      await markUnknown(needs, { reference, account: intent.account, number }, { reason, orderId });
      return reconcile(await loadOrder(reference, needs), needs);
    }
  }
}

/** A gate that stayed shut for want of room opens soon; anything else is trouble. */
async function notWritten(ticket: Ticket, error: Error, needs: OrderNeeds): Promise<Outcome> {
  await markNotSent(needs, ticket, error.message);
  if (error instanceof Refused) throw error;
  const { retryAfterSeconds } = error instanceof Unavailable ? error : {};
  if (retryAfterSeconds !== undefined) return { waitSeconds: retryAfterSeconds, because: error.message };
  throw new Unavailable(`The purchase was not sent: ${error.message}`);
}
