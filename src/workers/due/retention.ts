// Takes people out of orders that ended long ago, where a setting says how long they are kept.
import { DAY_MS } from "../../shared/base/dates.ts";
import { type Certificate, paidEnd } from "../../shared/certificate/certificate.ts";
import { eraseFrom } from "../../shared/certificate/personal/erase.ts";
import { whyKept } from "../../shared/certificate/personal/named.ts";
import type { OrderNeeds } from "../order/needs.ts";

/** So many orders a sweep at most; the next one goes on behind them, and from the first again after the last. */
const MOST = 5_000;
const BATCH = 100;

/**
 * One round. May run twice, and die anywhere: an order is whole or erased, and a place that was not noted is looked at
 * again.
 */
export async function eraseEnded(needs: OrderNeeds): Promise<number> {
  const { keepEndedDays } = needs.timings;
  if (keepEndedDays === undefined) return 0;
  const { redis, keys } = needs.ledger;
  const now = needs.clock.now();
  let from = Number((await redis.get(keys.erasedUpTo)) ?? 0);
  let erased = 0;
  for (const end = from + MOST; from < end; from += BATCH) {
    const references = await redis.zrange(keys.byAcceptance, `${from}`, `${from + BATCH - 1}`);
    const read = await Promise.all(references.map((reference) => needs.certificates.find(reference)));
    for (const certificate of read) {
      if (!certificate || certificate.record.erasedAt || !isOver(certificate, now, keepEndedDays)) continue;
      const email = certificate.record.terms.customer.email;
      const why = await eraseFrom({ certificate, parts: ["customer"] }, email, { redis, keys, now, waits: false });
      if (why === undefined) erased++;
    }
    await redis.set(keys.erasedUpTo, references.length < BATCH ? 0 : from + BATCH);
    if (references.length < BATCH) break;
  }
  if (erased > 0) needs.log.info({ event: "orders.erased", count: erased, days: keepEndedDays });
  return erased;
}

/** Nothing is owed, and the last thing that happened to it, or its end, is so many days ago. */
function isOver(certificate: Certificate, now: Date, days: number): boolean {
  if (whyKept(certificate, now) !== undefined) return false;
  const { issue, timeline } = certificate.record;
  const ends = [paidEnd(certificate)?.toISOString(), issue?.notAfter, timeline.at(-1)?.at];
  const last = Math.max(...ends.map((each) => (each ? new Date(each).getTime() : 0)));
  return now.getTime() - last > days * DAY_MS;
}
