// The one place where money moves (rules 7, 8): a request behind the gate, and what each possible answer means.
import type { Certificate } from "../../shared/certificate.ts";
import { Unavailable } from "../../shared/errors.ts";
import type { Account } from "../accounts.ts";
import { notSent, rejected, unknown } from "../ledger/answers.ts";
import type { Exposure } from "../ledger/attempt.ts";
import { openGate, type Ticket } from "../ledger/gate.ts";
import type { Outcome } from "../outcome.ts";
import { settleDoubt } from "./doubt.ts";
import { ended } from "./ended.ts";
import { fresh } from "./fresh.ts";
import { hold } from "./hold.ts";
import type { OrderNeeds } from "./needs.ts";
import { own } from "./own.ts";

/** Between gate and answer a crash errs on the side of asking a person, never of buying again: the attempt stays SENDING. */
export async function spend(
  { ticket, account, exposure }: { ticket: Ticket; account: Account; exposure: Exposure },
  needs: OrderNeeds,
): Promise<Certificate | Outcome> {
  const { intent, number } = ticket;
  const { reference, service, years } = intent;
  const outcome = await account.enom.buySlot({ service, years }, () => openGate(needs, ticket, exposure));
  const certId = outcome.kind === "bought" ? outcome.certId : undefined;
  needs.log.info({ event: "purchase.answered", reference, attempt: number, outcome: outcome.kind, certId });
  switch (outcome.kind) {
    case "bought":
      return own({ ...intent, number, certId: outcome.certId, orderId: outcome.orderId }, needs);
    case "not-sent":
      await notSent(needs, ticket, outcome.error.message);
      throw new Unavailable(`The purchase was not sent: ${outcome.error.message}`);
    case "rejected": {
      const { code, text } = outcome;
      await rejected(needs, ticket, text, code === "enom-refused");
      if (code === "enom-refused") return ended(reference, { code, message: text }, needs);
      return hold(await fresh(reference, needs), { code, message: text }, needs);
    }
    case "ordered":
      await unknown(
        needs,
        { reference, number },
        { reason: "eNom answered with an order id alone.", orderId: outcome.orderId },
      );
      return settleDoubt(await fresh(reference, needs), needs);
    case "unknown":
      await unknown(needs, { reference, number }, { reason: outcome.reason });
      return settleDoubt(await fresh(reference, needs), needs);
  }
}
