// Behind each count: what lies on paid slots that nobody uses, for the dashboard, and the mail to the department seven days before a
// refund runs out.

import { accountRecords } from "../../shared/account/records.ts";
import { sumMoney } from "../../shared/base/money.ts";
import type { Account } from "../accounts/accounts.ts";
import { tellOfRefund } from "../order/cancelled-order.ts";
import type { OrderNeeds } from "../order/needs.ts";
import { findIdleSlots } from "../purchase/idle-slots.ts";
import type { Listed } from "../purchase/listing.ts";

const WARN_DAYS = 7;

/** May run twice, and die anywhere: a mail is asked for before it is noted, and its key makes it one. */
export async function watchIdleMoney(
  account: Pick<Account, "entry">,
  listed: readonly Listed[],
  needs: OrderNeeds,
): Promise<void> {
  const { id, department } = account.entry;
  const { redis, keys } = needs.ledger;
  const now = needs.clock.now();
  const slots = await findIdleSlots({ account: id, listed, now }, needs);
  const sum = sumMoney(slots.flatMap(({ price }) => price ?? []));
  const soonest = slots.find(({ ticket }) => ticket !== null)?.refundUntil ?? null;
  await accountRecords(redis, keys).keepIdle(id, { slots: slots.length, sum, soonest, at: now.toISOString() });
  if (!department) return;
  for (const slot of slots) {
    const { certId, daysLeft, ticket } = slot;
    if (ticket === null || daysLeft === null || daysLeft > WARN_DAYS) continue;
    if ((await redis.hexists(keys.refundsTold(id), `${certId}`)) === 1) continue;
    await tellOfRefund(account, slot, needs);
    await redis.hset(keys.refundsTold(id), `${certId}`, now.toISOString());
  }
}
