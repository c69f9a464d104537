// Gathers what a person needs to decide on a parked purchase. Everything that can be read is shown; what cannot is named.

import type { Doubt } from "../../shared/certificate/doubt.ts";
import { isAdoptable } from "../../shared/certificate/slot-owner.ts";
import type { Account } from "../accounts/accounts.ts";
import type { UnreadRow } from "../enom/commands/commands.ts";
import { type Attempt, sentAt } from "../ledger/attempt.ts";
import type { OrderNeeds } from "../order/needs.ts";
import { classOf, isRefundedSlot, listAll } from "./listing.ts";
import { describeRows, mayBeOurs, viewListing } from "./unread.ts";

/** More lines than this help nobody. */
const MOST = 20;

export async function gatherEvidence(
  attempt: Attempt,
  { number, account, domain }: { number: number; account: Account | undefined; domain: string },
  needs: OrderNeeds,
): Promise<Doubt> {
  const missing: string[] = [];
  const ask = async <T>(what: string, question: (from: Account) => Promise<T[]>): Promise<T[]> => {
    try {
      if (account) return (await question(account)).slice(0, MOST);
      missing.push(`${what}: account ${attempt.account} is not configured here`);
    } catch (error) {
      missing.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    }
    return [];
  };
  const unreadable = (rows: readonly UnreadRow[]): void => {
    if (rows.length > 0) missing.push(`slots: ${describeRows(rows)}`);
  };
  const { service, years, price, balance, newestOrderId, reason } = attempt;
  return {
    ...{ attempt: number, service, years, price, missing },
    sentAt: new Date(sentAt(attempt)).toISOString(),
    reason: reason ?? "no answer",
    before: { balance, newestOrderId },
    lookedAt: needs.clock.now().toISOString(),
    candidates: await ask("slots", (from) => findCandidates(from, { attempt, domain, unreadable }, needs)),
    orders: await ask("orders", ({ enom }) => enom.ordersAfter(newestOrderId)),
    transactions: await ask("transactions", async ({ enom }) =>
      (await enom.transactionsAfter(newestOrderId)).map(({ orderId, amount, at, description }) => ({
        ...{ orderId, amount, at, description },
      })),
    ),
  };
}

interface Wanted {
  attempt: Attempt;
  domain: string;
  /** Is told of rows that may be the slot, and cannot be read. */
  unreadable: (rows: readonly UnreadRow[]) => void;
}

/** Slots of the class that no order holds, and are untouched or carry this domain. */
async function findCandidates(
  { entry, enom }: Account,
  { attempt: { slotClass, newestOrderId }, domain, unreadable }: Wanted,
  needs: OrderNeeds,
): Promise<Doubt["candidates"]> {
  const listing = await listAll(enom);
  const listed = listing.listed.filter((each) => classOf(each) === slotClass && !isRefundedSlot(each));
  const fitting = listed.filter((each) => each.domain === "" || each.domain === domain);
  const view = await viewListing(listing, entry.id, needs);
  const { owners } = view;
  unreadable(mayBeOurs(listing.unread, { mode: entry.mode, view, sought: { domain, newestOrderId } }));
  return fitting
    .map(({ certId, orderId, orderDate, domain: shown }) => {
      return { certId, orderId, orderDate, domain: shown, owner: owners.get(certId) ?? null };
    })
    .filter(({ owner }) => owner === null || isAdoptable(owner));
}
