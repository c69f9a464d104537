// The gate before the one write (rules 2, 7): PREPARED → SENDING, won by one process, once, and known to the journal before a byte leaves.

import { Unavailable } from "../../shared/base/errors.ts";
import { moneyUnits } from "../../shared/base/money.ts";
import { type Intent, slotClass } from "./attempt.ts";
import { type Limits, limitsArgument, POOL_AGE_MS } from "./begin.ts";
import type { LedgerContext } from "./context.ts";
import { ledgerScript, step } from "./script.ts";

const GATE = ledgerScript({
  step: "gate",
  whenFrozen: "refused",
  keys: ["certificate", "attempt", "unsettled", "held", "spent", "pool"],
  args: ["reference", "number", "sender", "class", "limits", "price", "poolAgeMs"],
});

const CONFIRM = ledgerScript({ step: "confirm", whenFrozen: "refused", keys: ["attempt"], args: ["sender"] });

/** One process's right to write one attempt. `sender` is random, made for this attempt alone. */
export interface Ticket {
  intent: Intent;
  number: number;
  sender: string;
}

/**
 * Opens the gate: in Redis, on a replica where some follow, in the journal (`step` sees to both), and still so in Redis. From
 * here on only an answer, or a proof that no byte was written, says what happened.
 * @throws Unavailable or Refused when the attempt may not be written; then nobody writes it with this ticket.
 */
export async function openGate(
  context: LedgerContext,
  { intent, number, sender }: Ticket,
  limits: Limits,
): Promise<void> {
  const { keys } = context.ledger;
  const { reference, account, service, years, price } = intent;
  const { ledger } = keys;
  const kind = slotClass(service, years);
  const attempt = ledger.attempt(reference, number);
  const { code } = await step(context, GATE, {
    ...{ account, reference },
    keys: {
      certificate: keys.certificate(reference),
      attempt,
      unsettled: ledger.unsettled(account),
      held: ledger.held(account),
      spent: ledger.spent(account),
      pool: ledger.pool(account, kind),
    },
    args: {
      reference,
      number,
      sender,
      class: kind,
      limits: limitsArgument(context, limits, price),
      price: moneyUnits(price),
      poolAgeMs: POOL_AGE_MS,
    },
  });
  if (code !== "open") throw shut(code);
  const confirmed = await step(context, CONFIRM, { account, reference, keys: { attempt }, args: { sender } });
  if (confirmed.code !== "mine") throw shut("Redis no longer has the write");
}

/**
 * Asked once more right before the gate: between the decision to buy and this moment eNom was asked several times.
 * @throws Unavailable Redis may forget what it acknowledges, or does not say
 */
export async function mustKeepAll({ durabilityRisks }: { durabilityRisks: () => Promise<string[]> }): Promise<void> {
  const risks = await durabilityRisks();
  if (risks.length > 0) throw shut(risks.join(" "));
}

/** Room comes soon, and another run may carry the order on: worth another look, no trouble. */
function shut(why: string): Unavailable {
  return new Unavailable(`the purchase was held back: ${why}`, { retryAfterSeconds: 2 });
}
