// What must be true of an account's ledger at any moment, whatever happened (the invariants of
// docs/explanation/money.md), read in one go.
import { join } from "node:path";
import { z } from "zod";
import type { LedgerContext } from "../ledger/context.ts";
import { ledgerScript, step } from "../ledger/script.ts";

const CHECK = ledgerScript({
  step: "invariants",
  file: join(import.meta.dirname, "lua/invariants.lua"),
  whenFrozen: "goes-on",
  keys: ["owner", "held", "unsettled"],
  args: [],
});

const sentences = z.union([z.array(z.string()), z.object({}).transform((): string[] => [])]);

/** Empty when all is well. */
export async function faultsOfLedger(context: LedgerContext, account: string): Promise<string[]> {
  const { ledger } = context.ledger.keys;
  const keys = { owner: ledger.owner(account), held: ledger.held(account), unsettled: ledger.unsettled(account) };
  const { details } = await step(context, CHECK, { account, keys, args: {} });
  return sentences.parse(JSON.parse(details[0] ?? "[]"));
}
