// Begins the next term of an order (its customer paid for years, and eNom sells it for fewer): the same reference buys once more, by the same protocol.

import { slotClass } from "./attempt.ts";
import { type LedgerContext, slotKeys } from "./context.ts";
import { ledgerScript, step } from "./script.ts";

/** No family of products may be bought again earlier than this before its term ends. */
const EARLIEST_DAYS = 62;

const RENEW = ledgerScript({
  step: "renew",
  whenFrozen: "refused",
  keys: ["certificate", "owner", "held", "version"],
  args: ["reference", "slot", "term", "class", "earliestDays", "recordVersion"],
});

export type Renewed = "ok" | "changed" | "wrong-state" | "not the owner" | "too-early";

/** CONFIGURED → APPROVED for the next term. `term` is the one that ends: two that ask at once begin one. */
export async function renewOrder(
  context: LedgerContext,
  {
    reference,
    account,
    certId,
    term,
    version,
  }: { reference: string; account: string; certId: number; term: number; version: number },
  { service, years }: { service: string; years: number },
): Promise<Renewed> {
  const { code } = await step(context, RENEW, {
    ...{ account, reference },
    keys: slotKeys(context, { reference, account }),
    args: {
      reference,
      slot: certId,
      term,
      class: slotClass(service, years),
      earliestDays: EARLIEST_DAYS,
      recordVersion: version,
    },
  });
  return code as Renewed;
}
