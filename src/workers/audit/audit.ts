// The count of an account (rules 13 and 15, I1, I3, I7): what eNom lists against what the ledger says. What must not be
// freezes the account.

import { observing } from "../../shared/account/shadow/observed.ts";
import { findFleetRestored } from "../../shared/backup/restored-fleet.ts";
import { isAdopted } from "../../shared/certificate/imported/origin.ts";
import { slotOwners } from "../../shared/certificate/slot-owner.ts";
import type { Account } from "../accounts/accounts.ts";
import { isSettled } from "../ledger/attempt.ts";
import { enterSlot, freeze, settleCovered } from "../ledger/maintenance.ts";
import { refundSeen } from "../ledger/transitions.ts";
import type { OrderNeeds } from "../order/needs.ts";
import { countSlots } from "../purchase/count-check.ts";
import { listAll } from "../purchase/listing.ts";
import { findMissingMoney } from "../purchase/money-history.ts";
import { mayBeOurs, mustBeUnderstood, viewListing } from "../purchase/unread.ts";
import { watchIdleMoney } from "./idle-money.ts";
import { faultsOfLedger } from "./invariants.ts";

const PAGE = 250;

/**
 * May be done at any time and by several at once. Answers how many pages eNom's list had.
 * @throws Unavailable `enom-not-understood` when a row that may be ours cannot be read: everything else was done
 */
export async function audit({ entry, enom }: Account, needs: OrderNeeds): Promise<{ pages: number }> {
  const { id } = entry;
  const { log, ledger } = needs;
  // Others buy there, and an observed account buys nothing that could be counted.
  const mode = (await observing(ledger, entry)) ? "observe" : entry.mode;
  const listing = await listAll(enom);
  const { listed, unread } = listing;
  const view = await viewListing(listing, id, needs);
  for (const { reference, number, flag, ...times } of view.inFlight) {
    const covered = flag === "C" && isSettled(times, { ...view, settleMs: ledger.settleMs });
    if (covered) await settleCovered(needs, { account: id, reference, number });
  }
  const { excess, surplus, refunded, lost } = countSlots(listed, view);
  // Behind a restore the comparison has to see them first: their orders were cancelled since the backup.
  const isRestored = (await findFleetRestored(ledger)) !== undefined;
  for (const slot of isRestored ? [] : refunded) await enterSlot(needs, { account: id, ...slot }, slotOwners.refunded);
  for (const { reference, certId } of lost) {
    const order = await needs.certificates.find(reference);
    if (!order) continue; // a slot of a term that is over, too: nothing depends on it any more
    // Nobody looks at it yet: `certificate drift` names it, and the first count after its adoption sees it.
    if (!isAdopted(order.record, needs.clock.now())) continue;
    const bought = { service: order.order.product, years: order.record.plan?.years ?? order.record.terms.years };
    await refundSeen(needs, { reference, account: id, certId, ...bought });
    await needs.enqueue("open", { reference });
  }
  const faults = [...(await faultsOfLedger(needs, id)), ...(excess && mode === "dedicated" ? [excess] : [])];
  const unclear = mayBeOurs(unread, { mode, view });
  const isCountable = mode === "dedicated" && unclear.length === 0;
  if (faults.length === 0 && isCountable)
    faults.push(...(await moneyFaults({ entry, enom }, { listed: [...listed, ...unread], view }, needs)));
  if (faults.length > 0) await freeze(needs, id, faults.join(" "));
  else if (isCountable) {
    for (const slot of surplus) {
      await enterSlot(needs, { account: id, ...slot }, slotOwners.unused);
      log.warn({ event: "slot.surplus", account: id, certId: slot.certId, slotClass: slot.slotClass });
    }
  }
  await watchIdleMoney({ entry }, listed, needs).catch((err: unknown) =>
    log.warn({ event: "keeper.failed", account: id, err }),
  );
  await mustBeUnderstood({ id, mode }, { unread, view }, needs);
  return { pages: Math.ceil((listed.length + unread.length) / PAGE) };
}

/** What cannot be asked today is asked at the next count; nothing else waits for it. */
async function moneyFaults(
  { entry, enom }: Pick<Account, "entry" | "enom">,
  seen: Parameters<typeof findMissingMoney>[2],
  needs: OrderNeeds,
): Promise<string[]> {
  try {
    const fault = await findMissingMoney(needs, { id: entry.id, enom }, seen);
    return fault ? [fault] : [];
  } catch (err) {
    needs.log.warn({ event: "keeper.failed", account: entry.id, err });
    return [];
  }
}
