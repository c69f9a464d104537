// What became of an attempt that may have been written (rule 8): not sent, rejected, unknown, parked. `claim.ts` has the fourth end: bought.
import { moneyUnits } from "../../shared/base/money.ts";
import { attemptField, exposureEntry, type Intent } from "./attempt.ts";
import type { LedgerContext } from "./context.ts";
import type { Ticket } from "./gate.ts";
import { ledgerScript, step } from "./script.ts";

const CLOSE = ledgerScript({
  step: "close",
  whenFrozen: "goes-on",
  keys: ["certificate", "attempt", "unsettled", "spent"],
  args: ["field", "sender", "reason", "orderState", "spentEntry"],
});

/** No byte of this ticket was written: the attempt is over and another may be prepared. */
export function markNotSent(context: LedgerContext, ticket: Ticket, reason: string): Promise<boolean> {
  return close(context, ticket, `not sent: ${reason}`, "");
}

/** eNom said no with one of the reviewed harmless errors. `forGood`: it will never sell this; the order ends REFUSED. */
export function markRejected(
  context: LedgerContext,
  ticket: Ticket,
  reason: string,
  forGood: boolean,
): Promise<boolean> {
  return close(context, ticket, reason, forGood ? "REFUSED" : "");
}

async function close(context: LedgerContext, ticket: Ticket, reason: string, orderState: string): Promise<boolean> {
  const { keys } = context.ledger;
  const { intent, number, sender } = ticket;
  const { reference, account, price } = intent;
  const field = attemptField({ reference, number });
  const { code } = await step(context, CLOSE, {
    ...{ account, reference },
    keys: {
      certificate: keys.certificate(reference),
      attempt: keys.ledger.attempt(reference, number),
      unsettled: keys.ledger.unsettled(account),
      spent: keys.ledger.spent(account),
    },
    args: { field, sender, reason, orderState, spentEntry: `${field}|${moneyUnits(price)}` },
  });
  return code === "closed";
}

const UNKNOWN = ledgerScript({
  step: "unknown",
  whenFrozen: "goes-on",
  keys: ["attempt", "unsettled"],
  args: ["field", "reason", "orderId"],
});

/** Whatever was neither a whole yes nor a reviewed no. The order id is kept when the answer held one. */
export async function markUnknown(
  context: LedgerContext,
  { reference, account, number }: { reference: string; account: string; number: number },
  { reason, orderId }: { reason: string; orderId?: number | undefined },
): Promise<boolean> {
  const { ledger } = context.ledger.keys;
  const { code } = await step(context, UNKNOWN, {
    ...{ account, reference },
    keys: { attempt: ledger.attempt(reference, number), unsettled: ledger.unsettled(account) },
    args: { field: attemptField({ reference, number }), reason, orderId: orderId ?? "" },
  });
  return code === "unknown";
}

const PARK = ledgerScript({
  step: "park",
  whenFrozen: "goes-on",
  keys: ["certificate", "attempt", "unsettled", "parked"],
  args: ["field", "exposure", "why"],
});

/** Rule 16: an unknown purchase waits for a person; it keeps its exposure and leaves only by a decision with a reason. */
export async function parkAttempt(
  context: LedgerContext,
  { intent, number }: { intent: Pick<Intent, "reference" | "account" | "service" | "years" | "price">; number: number },
  why: string,
): Promise<boolean> {
  const { keys } = context.ledger;
  const { reference, account } = intent;
  const { code } = await step(context, PARK, {
    ...{ account, reference },
    keys: {
      certificate: keys.certificate(reference),
      attempt: keys.ledger.attempt(reference, number),
      unsettled: keys.ledger.unsettled(account),
      parked: keys.ledger.parked(account),
    },
    args: { field: attemptField({ reference, number }), exposure: exposureEntry(intent), why },
  });
  return code === "parked";
}
