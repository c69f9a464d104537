// Gathers what a person needs to decide on a parked purchase. Everything that can be read is shown; what cannot is named.

import type { Doubt } from "../../shared/certificate/doubt.ts";
import { isAdoptable } from "../../shared/certificate/slot-owner.ts";
import type { Account } from "../accounts/accounts.ts";
import { type Attempt, sentAt } from "../ledger/attempt.ts";
import { viewLedger } from "../ledger/view.ts";
import type { OrderNeeds } from "../order/needs.ts";
import { classOf, isRefundedSlot, listAll } from "./listing.ts";

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
  const { service, years, price, balance, newestOrderId, reason } = attempt;
  return {
    ...{ attempt: number, service, years, price, missing },
    sentAt: new Date(sentAt(attempt)).toISOString(),
    reason: reason ?? "no answer",
    before: { balance, newestOrderId },
    lookedAt: needs.clock.now().toISOString(),
    candidates: await ask("slots", (from) => findCandidates(from, attempt, domain, needs)),
    orders: await ask("orders", ({ enom }) => enom.ordersAfter(newestOrderId)),
    transactions: await ask("transactions", async ({ enom }) =>
      (await enom.transactionsAfter(newestOrderId)).map(({ orderId, amount, at, description }) => ({
        ...{ orderId, amount, at, description },
      })),
    ),
  };
}

/** Slots of the class that no order holds, and are untouched or carry this domain. */
async function findCandidates(
  { entry, enom }: Account,
  { slotClass }: Attempt,
  domain: string,
  needs: OrderNeeds,
): Promise<Doubt["candidates"]> {
  const listed = (await listAll(enom)).filter((each) => classOf(each) === slotClass && !isRefundedSlot(each));
  const fitting = listed.filter((each) => each.domain === "" || each.domain === domain);
  const { owners } = await viewLedger(
    needs,
    entry.id,
    fitting.map(({ certId }) => certId),
  );
  return fitting
    .map(({ certId, orderId, orderDate, domain: shown }) => {
      return { certId, orderId, orderDate, domain: shown, owner: owners.get(certId) ?? null };
    })
    .filter(({ owner }) => owner === null || isAdoptable(owner));
}
