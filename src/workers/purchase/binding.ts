// The first time that a fleet uses an account: what eNom lists then was there before, and is never given to an order by a machine.

import type { Account } from "../accounts/accounts.ts";
import { bind, findBinding } from "../ledger/bind.ts";
import type { OrderNeeds } from "../order/needs.ts";
import { isRefundedSlot, listAll } from "./listing.ts";
import { mustBeUnderstood } from "./unread.ts";

/**
 * Binds the ledger of an account that was never used to this login, or says whose it is. Two processes that bind at once list
 * the same and bind once; a crash before binding leaves nothing.
 * @throws Refused `ledger-frozen` when Redis lost the ledger; Unavailable when eNom cannot be listed, or a row without
 * a readable CertID may be an unused slot (`enom-not-understood`)
 */
export async function bindOrVerify(
  context: Pick<OrderNeeds, "ledger" | "clock" | "log">,
  { entry, enom }: Pick<Account, "entry" | "enom">,
): Promise<"bound" | "bound-elsewhere"> {
  const binding = await findBinding(context, entry);
  if (binding !== "unbound") return binding;
  const { listed, unread } = await listAll(enom);
  // What has a number is entered, however little else of it can be read; what has none may turn up as a slot of ours.
  const nameless = unread.filter(({ certId }) => certId === null);
  await mustBeUnderstood(entry, { unread: nameless, view: { owners: new Map() } }, context);
  const numbers = (refunded: boolean): number[] =>
    [...listed, ...unread]
      .filter((each) => isRefundedSlot(each) === refunded)
      .flatMap(({ certId }) => (certId === null ? [] : [certId]));
  await bind(context, entry, { legacy: numbers(false), refunded: numbers(true) });
  return (await findBinding(context, entry)) === "bound" ? "bound" : "bound-elsewhere";
}
