// One look at an account for a purchase in doubt: the ledger, eNom's whole list, the ledger again; and whether they add up (rule 13).
import { Unavailable } from "../../shared/base/errors.ts";
import type { Account } from "../accounts/accounts.ts";
import type { Attempt } from "../ledger/attempt.ts";
import { isFrozen } from "../ledger/context.ts";
import { freeze } from "../ledger/maintenance.ts";
import { type View, viewLedger } from "../ledger/view.ts";
import type { OrderNeeds } from "../order/needs.ts";
import { bindOrVerify } from "./binding.ts";
import { countSlots } from "./count-check.ts";
import { type Listed, listAll } from "./listing.ts";

export interface AccountSnapshot {
  account: Account;
  attempt: Attempt;
  number: number;
  /** Read before the list was asked for: what is settled in it was settled when the list began. */
  before: View;
  listed: Listed[];
  /** Read behind the list: whatever bought a listed slot is still in flight in it, or has told. */
  view: View;
}

/** @throws Unavailable when eNom's list cannot be had whole; Refused `ledger-frozen` when it shows what nobody here bought */
export async function takeSnapshot(
  { account, attempt, number }: Pick<AccountSnapshot, "account" | "attempt" | "number">,
  needs: OrderNeeds,
): Promise<AccountSnapshot> {
  const { id, mode } = account.entry;
  if ((await bindOrVerify(needs, account)) === "bound-elsewhere")
    throw new Unavailable(`account ${id} belongs to another eNom host or user now`);
  const before = await viewLedger(needs, id, []);
  const listed = await listAll(account.enom);
  const view = await viewLedger(
    needs,
    id,
    listed.map(({ certId }) => certId),
  );
  const excess = mode === "shared" ? null : countSlots(listed, view).excess;
  if (excess) {
    await freeze(needs, id, excess);
    needs.log.error({ event: "ledger.frozen", account: id, reason: excess });
    throw isFrozen(id, excess);
  }
  return { account, attempt, number, before, listed, view };
}
