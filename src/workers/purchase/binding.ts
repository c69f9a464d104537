// The first time that a fleet uses an account: what eNom lists then was there before, and is never given to an order by a machine.

import type { Account } from "../accounts/accounts.ts";
import { bind, findBinding } from "../ledger/bind.ts";
import type { LedgerContext } from "../ledger/context.ts";
import { isRefundedSlot, listAll } from "./listing.ts";

/**
 * Binds the ledger of an account that was never used to this login, or says whose it is. Two processes that bind at once list
 * the same and bind once; a crash before binding leaves nothing.
 * @throws Refused `ledger-frozen` when Redis lost the ledger; Unavailable when eNom cannot be listed
 */
export async function bindOrVerify(
  context: LedgerContext,
  { entry, enom }: Pick<Account, "entry" | "enom">,
): Promise<"bound" | "bound-elsewhere"> {
  const binding = await findBinding(context, entry);
  if (binding !== "unbound") return binding;
  const listed = await listAll(enom);
  const numbers = (refunded: boolean): number[] =>
    listed.filter((each) => isRefundedSlot(each) === refunded).map(({ certId }) => certId);
  await bind(context, entry, { legacy: numbers(false), refunded: numbers(true) });
  return (await findBinding(context, entry)) === "bound" ? "bound" : "bound-elsewhere";
}
