// What the work on an order is to the job that asked for it: the job is told how far the order is, and one that was put in
// with `await: "issued"` ends only when there is a certificate, when there will be none, or when a person must act.
import { goesOnByItself } from "../../shared/base/codes.ts";
import { Refused, Uncertain } from "../../shared/base/errors.ts";
import { type Certificate, isParkedAndTold } from "../../shared/certificate/certificate.ts";
import { jobResultOf } from "../../shared/queue/job-result.ts";
import type { Queues } from "../../shared/queue/queues.ts";
import { loadOrder } from "../order/load.ts";
import type { OrderNeeds } from "../order/needs.ts";
import type { Outcome, WorkOutcome } from "../runtime/outcome.ts";

type OrderQueue = "open" | "reissue";

interface OrderJob {
  queue: OrderQueue;
  id: string;
  reference: string;
  /** Of a job that waits for the end. */
  awaits: boolean;
}

interface Needs {
  orders: OrderNeeds;
  queues: Pick<Queues, "wake">;
}

/** Woken when the order's work ends; looked at all the same, should that have been lost. */
const LOOK_AGAIN_SECONDS = 600;
const AFTER_FAULT_SECONDS = 10;
/** Longer than any order stays undecided; then its jobs are woken by time alone. */
const KEPT_SECONDS = 400 * 86_400;

/**
 * Does the work, and adds what is told of the order. May run twice and be killed anywhere: a job that was noted and is over
 * is woken in vain, and one whose waking was lost looks again by itself.
 */
export async function tellJob(job: OrderJob, work: () => Promise<Outcome>, needs: Needs): Promise<WorkOutcome> {
  const { reference, queue, id, awaits } = job;
  const { orders } = needs;
  const { redis, keys } = orders.ledger;
  const waiters = keys.awaiting(reference);
  const name = `${queue} ${id}`;
  if (awaits) await redis.multi().sadd(waiters, name).expire(waiters, KEPT_SECONDS).exec();
  const outcome = awaits ? await withoutFaults(work, job, orders) : await work();
  const certificate = await loadOrder(reference, orders);
  const about = jobResultOf(certificate, orders.clock.now());
  if (outcome === "done") await wakeOthers({ waiters, name }, needs);
  if (!awaits) return outcome === "done" ? { result: about } : { ...outcome, about };
  if (isDecided(certificate, queue)) {
    await redis.srem(waiters, name);
    return { result: about };
  }
  const hasCome = async (): Promise<boolean> => isDecided(await loadOrder(reference, orders), queue);
  if (outcome !== "done") return { ...outcome, about, hasCome };
  return { waitSeconds: LOOK_AGAIN_SECONDS, because: `The order is ${about.status}.`, about, hasCome };
}

/** Whoever waits for the end does not hear of a fault that the fleet repeats by itself. A no is final. */
async function withoutFaults(
  work: () => Promise<Outcome>,
  { queue, id }: OrderJob,
  { log }: OrderNeeds,
): Promise<Outcome> {
  try {
    return await work();
  } catch (err) {
    if (err instanceof Refused || err instanceof Uncertain) throw err;
    log.warn({ event: "job.retry", queue, job: id, err });
    return { waitSeconds: AFTER_FAULT_SECONDS, because: err instanceof Error ? err.message : String(err) };
  }
}

/** Jobs that wait for this order's end look at it now. */
async function wakeOthers(
  { waiters, name }: { waiters: string; name: string },
  { orders, queues }: Needs,
): Promise<void> {
  const { redis } = orders.ledger;
  const others = (await redis.smembers(waiters)).filter((each) => each !== name);
  for (const other of others) {
    const [queue, ...id] = other.split(" ");
    const isThere = await queues.wake(queue as OrderQueue, id.join(" "));
    if (!isThere) await redis.srem(waiters, other);
  }
}

/** What the job asked for has come, will not come, or not before a person has acted. */
function isDecided(certificate: Certificate, queue: OrderQueue): boolean {
  const { state, record } = certificate;
  if (state === "REFUSED" || state === "CANCELLED") return true;
  if (queue === "open" ? record.issue !== null : record.reissue === null) return true;
  const { attention } = record;
  return isParkedAndTold(certificate) || (attention !== null && !goesOnByItself(attention.code));
}
