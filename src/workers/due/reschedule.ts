// Makes the index of due times anew when the fleet's policy has changed: orders that name none have other times then.

import { forEveryOrder } from "../order/every-order.ts";
import type { OrderNeeds } from "../order/needs.ts";

/** Of the code that computes the times: a release that changes them makes the index anew. 2: ends are told. */
const RULES = 2;

/**
 * Nothing to do, in one read, while the policy is the one that the index was made with. A crash in between does it
 * again.
 */
export async function reschedule(needs: OrderNeeds): Promise<void> {
  const { ledger, certificates, clock, policyDigest, log } = needs;
  const { redis, keys } = ledger;
  const made = `${policyDigest} ${RULES}`;
  if ((await redis.get(keys.duePolicy)) === made) return;
  const count = await forEveryOrder(needs, (each) => certificates.reschedule(each, clock.now()));
  await redis.set(keys.duePolicy, made);
  log.info({ event: "due.rescheduled", count });
}
