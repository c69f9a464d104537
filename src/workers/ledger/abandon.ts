// Gives up an attempt that was surely not made (rule 11), so that its order may begin another.
import { type Absence, attemptField, exposureEntry, type Intent, slotClass } from "./attempt.ts";
import { POOL_AGE_MS } from "./begin.ts";
import type { LedgerContext } from "./context.ts";
import { ledgerScript, step } from "./script.ts";

const ABANDON = ledgerScript({
  step: "abandon",
  whenFrozen: "refused",
  keys: ["attempt", "certificate", "unsettled", "version", "held", "abandoned", "pool"],
  args: [
    "field",
    "reference",
    "class",
    "seenVersion",
    "rebuyBudget",
    "evidence",
    "settleMs",
    "exposure",
    "poolAgeMs",
    "number",
  ],
});

export type Abandoned = "abandoned" | "late" | "holds" | "budget-spent" | "unsettled" | "changed";

/**
 * Rule 11: UNKNOWN → ABANDONED, with the evidence on record (I4); the order may begin one more attempt. The script looks again
 * at everything the ledger itself knows: all unsettled attempts of the class are settled, nothing of the class changed hands,
 * no unused slot, budget left. That eNom shows no slot, no order and no debit is the caller's evidence.
 */
export async function abandonAttempt(
  context: LedgerContext,
  { intent, number }: { intent: Pick<Intent, "reference" | "account" | "service" | "years" | "price">; number: number },
  { version, rebuyBudget, evidence }: { version: number; rebuyBudget: number; evidence: object },
): Promise<Abandoned> {
  const { keys, settleMs } = context.ledger;
  const { ledger } = keys;
  const { reference, account, service, years } = intent;
  const kind = slotClass(service, years);
  const { code } = await step(context, ABANDON, {
    ...{ account, reference },
    keys: {
      attempt: ledger.attempt(reference, number),
      certificate: keys.certificate(reference),
      unsettled: ledger.unsettled(account),
      version: ledger.version(account),
      held: ledger.held(account),
      abandoned: ledger.abandoned(account),
      pool: ledger.pool(account, kind),
    },
    args: {
      field: attemptField({ reference, number }),
      reference,
      class: kind,
      seenVersion: version,
      rebuyBudget,
      evidence: JSON.stringify(evidence),
      settleMs,
      exposure: exposureEntry(intent),
      poolAgeMs: POOL_AGE_MS,
      number,
    },
  });
  return code as Abandoned;
}

const NOTE = ledgerScript({ step: "absence", whenFrozen: "goes-on", keys: ["attempt"], args: ["absence"] });

/** The first of the two lists that rule 11 wants, noted at the attempt: the second may be read by another process. */
export async function noteAbsence(
  context: LedgerContext,
  { reference, account, number }: { reference: string; account: string; number: number },
  seen: Absence,
): Promise<void> {
  const keys = { attempt: context.ledger.keys.ledger.attempt(reference, number) };
  await step(context, NOTE, { account, reference, keys, args: { absence: JSON.stringify(seen) } });
}
