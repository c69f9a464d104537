// The one place where money moves (rules 7, 8): a request behind the gate, and what each possible answer means.
import type { Certificate } from "../../shared/certificate.ts";
import { Refused, Unavailable } from "../../shared/errors.ts";
import type { Account } from "../accounts.ts";
import { askForBalance } from "../balance/ask.ts";
import { notSent, rejected, unknown } from "../ledger/answers.ts";
import { openGate, type Ticket } from "../ledger/gate.ts";
import type { Limits } from "../ledger/limits.ts";
import type { Outcome } from "../outcome.ts";
import { ended } from "./ended.ts";
import { fresh } from "./fresh.ts";
import { hold } from "./hold.ts";
import type { OrderNeeds } from "./needs.ts";
import { own } from "./own.ts";
import { reconcile } from "./reconcile.ts";

/** Between gate and answer a crash errs on the side of doubt, never of buying again: the attempt stays SENDING. */
export async function spend(
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
      const owned = await own({ ...intent, number, certId: outcome.certId, orderId: outcome.orderId }, needs);
      await askForBalance(intent.account, needs); // who runs dry hears of it now
      return owned;
    }
    case "not-sent":
      return notWritten(ticket, outcome.error, needs);
    case "rejected": {
      const { code, text } = outcome;
      const before = await fresh(reference, needs);
      // The certificate of an earlier term is valid still: an order that has one is not over.
      const forGood = code === "enom-refused" && before.term === 1;
      await rejected(needs, ticket, text, forGood);
      if (forGood) return ended(reference, { code, message: text }, needs);
      return hold(await fresh(reference, needs), { code, message: text }, needs);
    }
    case "ordered":
    case "unknown": {
      const { orderId, reason } =
        outcome.kind === "ordered"
          ? { orderId: outcome.orderId, reason: "eNom answered with an order id alone." }
          : { orderId: undefined, reason: outcome.reason };
      await unknown(needs, { reference, account: intent.account, number }, { reason, orderId });
      return reconcile(await fresh(reference, needs), needs);
    }
  }
}

/** A gate that stayed shut for want of room opens soon; anything else is trouble. */
async function notWritten(ticket: Ticket, error: Error, needs: OrderNeeds): Promise<Outcome> {
  await notSent(needs, ticket, error.message);
  if (error instanceof Refused) throw error;
  const { retryAfterSeconds } = error instanceof Unavailable ? error : {};
  if (retryAfterSeconds !== undefined) return { waitSeconds: retryAfterSeconds, because: error.message };
  throw new Unavailable(`The purchase was not sent: ${error.message}`);
}
