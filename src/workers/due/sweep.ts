// Finds what the policy is due to act on, in the index of due times: what it costs grows with what is due, not with
// what there is.
import { findFleetRestored } from "../../shared/backup/restored-fleet.ts";
import { moveEnded } from "../../shared/certificate/lists/ended.ts";
import { trimEvents } from "../../shared/events/read.ts";
import { reportShadows } from "../observe/report.ts";
import type { OrderNeeds } from "../order/needs.ts";
import type { Outcome } from "../runtime/outcome.ts";
import { actOn } from "./act.ts";
import { tellDigest } from "./digest.ts";
import { tellOfEmailEnding } from "./email-ending.ts";
import { endCases } from "./end-cases.ts";
import { reschedule } from "./reschedule.ts";
import { eraseEnded } from "./retention.ts";

const BATCH = 200;
/** Certificates looked at at once. */
const AT_ONCE = 20;

/**
 * One sweep. Whatever was missed, by a scheduler that slept or a sweep that died, is still in the index, and each
 * certificate leaves it only together with what was done for it: acted on once, by whomever.
 */
export async function sweepDue(needs: OrderNeeds): Promise<Outcome> {
  const { redis, keys } = needs.ledger;
  await reschedule(needs);
  let count = 0;
  // Behind a restore the records are old: what is due by them may be done, and a customer be told what is not so any more.
  const isHeld = (await findFleetRestored({ redis, keys })) !== undefined;
  // What is still due behind its turn (it failed, or may not be begun yet) is left to the next sweep.
  let left = 0;
  while (!isHeld) {
    const now = needs.clock.now().getTime();
    const references = await redis.zrange(keys.due, "-inf", `${now}`, "BYSCORE", "LIMIT", left, BATCH);
    if (references.length === 0) break;
    for (let i = 0; i < references.length; i += AT_ONCE)
      await Promise.all(references.slice(i, i + AT_ONCE).map((reference) => act(reference, needs)));
    const scores = await redis.zmscore(keys.due, ...references);
    left += scores.filter((score) => score !== null && Number(score) <= now).length;
    count += references.length;
  }
  if (!isHeld) await tellOfEmailEnding(needs);
  await tellDigest(needs);
  await reportShadows(needs);
  await endCases(needs);
  await eraseEnded(needs);
  // Gateways do so each minute; without one, others still hear that a certificate has ended.
  while ((await moveEnded({ redis, keys }, needs.clock.now(), BATCH)) > 0);
  await trimEvents(redis, keys);
  // Last: a sweep that died on the way counts as none. Redis' clock, for schedules do not go by a sandbox's.
  const [seconds, micros] = await redis.time();
  await redis.set(keys.lastSweep, Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000));
  if (count > 0) needs.log.info({ event: "due.swept", count, left });
  return "done";
}

/** One that fails stops none of the others. */
async function act(reference: string, needs: OrderNeeds): Promise<void> {
  try {
    await actOn(reference, needs);
  } catch (err) {
    needs.log.warn({ event: "due.failed", reference, err });
  }
}
