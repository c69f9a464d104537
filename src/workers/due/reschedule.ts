// Makes the index of due times anew when the fleet's policy has changed: orders that name none have other times then.
import type { OrderNeeds } from "../open/needs.ts";

const BATCH = 500;

/** Nothing to do, in one read, while the policy is the one that the index was made with. A crash in between does it again. */
export async function reschedule({ ledger, certificates, policyDigest, log }: OrderNeeds): Promise<void> {
  const { redis, keys } = ledger;
  if ((await redis.get(keys.duePolicy)) === policyDigest) return;
  let count = 0;
  for (;;) {
    const references = await redis.zrange(keys.byAcceptance, `${count}`, `${count + BATCH - 1}`);
    const found = await Promise.all(references.map((reference) => certificates.find(reference)));
    await Promise.all(found.map((each) => each && certificates.reschedule(each)));
    count += references.length;
    if (references.length < BATCH) break;
  }
  await redis.set(keys.duePolicy, policyDigest);
  log.info({ event: "due.rescheduled", count });
}
