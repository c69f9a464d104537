// The first time that a fleet uses an account: what eNom lists then was there before, and is never given to an order by a machine.

import type { Account } from "../accounts/accounts.ts";
import { bind, findBinding } from "../ledger/bind.ts";
import type { LedgerContext } from "../ledger/context.ts";
import { isRefundedSlot, listAll } from "./listing.ts";

/**
 * Whether the account's ledger is this login's; an account that was never used is taken into use. Two processes that do so at
 * once list the same and bind once; a crash before binding leaves nothing.
 * @throws Refused `ledger-frozen` when Redis lost the ledger; Unavailable when eNom cannot be listed
 */
export async function bindOrVerify(
  place: LedgerContext,
  { entry, enom }: Pick<Account, "entry" | "enom">,
): Promise<boolean> {
  const binding = await findBinding(place, entry);
  if (binding !== "unbound") return binding === "bound";
  const listed = await listAll(enom);
  const numbers = (refunded: boolean): number[] =>
    listed.filter((each) => isRefundedSlot(each) === refunded).map(({ certId }) => certId);
  await bind(place, entry, { legacy: numbers(false), refunded: numbers(true) });
  return (await findBinding(place, entry)) === "bound";
}
