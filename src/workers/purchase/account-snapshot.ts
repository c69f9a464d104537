// One look at an account for a purchase in doubt: the ledger, eNom's whole list, the ledger again; and whether they add up (rule 13).
import type { Account } from "../accounts/accounts.ts";
import type { UnreadRow } from "../enom/commands/commands.ts";
import type { Attempt } from "../ledger/attempt.ts";
import { isBoundElsewhere } from "../ledger/bind.ts";
import { isFrozen } from "../ledger/context.ts";
import { freeze } from "../ledger/maintenance.ts";
import { type View, viewLedger } from "../ledger/view.ts";
import type { OrderNeeds } from "../order/needs.ts";
import { bindOrVerify } from "./binding.ts";
import { countSlots } from "./count-check.ts";
import { type Listed, listAll } from "./listing.ts";
import { mustBeUnderstood, viewListing } from "./unread.ts";

export interface AccountSnapshot {
  account: Account;
  attempt: Attempt;
  number: number;
  /** Read before the list was asked for: what is settled in it was settled when the list began. */
  before: View;
  listed: Listed[];
  /** None of them may be the slot that is looked for. */
  unread: UnreadRow[];
  /** Read behind the list: whatever bought a listed slot is still in flight in it, or has told. */
  view: View;
}

/**
 * `domain`: of the order whose purchase is looked for.
 * @throws Unavailable when eNom's list cannot be had whole, `enom-not-understood` when a row of it that may be ours cannot be
 * read; Refused `ledger-frozen` when it shows what nobody here bought
 */
export async function takeSnapshot(
  { account, attempt, number, domain }: Pick<AccountSnapshot, "account" | "attempt" | "number"> & { domain: string },
  needs: OrderNeeds,
): Promise<AccountSnapshot> {
  const { id, mode } = account.entry;
  if ((await bindOrVerify(needs, account)) === "bound-elsewhere") throw isBoundElsewhere(id);
  const before = await viewLedger(needs, id, []);
  const listing = await listAll(account.enom);
  const { listed, unread } = listing;
  const view = await viewListing(listing, id, needs);
  const { newestOrderId } = attempt;
  await mustBeUnderstood(account.entry, { unread, view, sought: { domain, newestOrderId } }, needs);
  const excess = mode === "shared" ? null : countSlots(listed, view).excess;
  if (excess) {
    await freeze(needs, id, excess);
    throw isFrozen(id, excess);
  }
  return { account, attempt, number, before, listed, unread, view };
}
