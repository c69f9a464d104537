// BullMQ's door on the workers' side: parse the job, do the work, wait, retry, log. No other file of the workers knows
// BullMQ's Worker.

import { DelayedError, type Job, WaitingError } from "bullmq";
import { type Clock, realTime, systemClock } from "../../shared/base/clock.ts";
import { forRun } from "../../shared/base/current-order.ts";
import { plusSeconds } from "../../shared/base/dates.ts";
import type { Log } from "../../shared/base/log.ts";
import { PRIORITIZED, WAIT } from "../../shared/queue/bullmq/keys.ts";
import { byClock } from "../../shared/queue/fleet-time.ts";
import type { JobData, JobName } from "../../shared/queue/jobs.ts";
import { traced } from "../../shared/queue/queues.ts";
import { ReadableWorker } from "../../shared/queue/readable-job.ts";
import { retryDelay } from "../../shared/queue/retry.ts";
import { isShared, NO_PLACE } from "../../shared/queue/waiting.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import { isRedisTrouble } from "../../shared/redis/connection/trouble.ts";
import type { News } from "../../shared/redis/connection/watch.ts";
import { keysUnder } from "../../shared/redis/keys.ts";
import { whileReachable } from "../../shared/redis/reachable.ts";
import { openSlots } from "../slots/slots.ts";
import { boundedWait } from "./bounded-wait.ts";
import { type Hands, openHands } from "./hands.ts";
import { mendFields, scrubFailed } from "./mend-job.ts";
import { startMoreSlots } from "./more-slots.ts";
import type { WorkOutcome } from "./outcome.ts";
import { watchProgress } from "./progress.ts";
import { receive, refuse } from "./receive.ts";

export interface RunOptions {
  connection: RedisClient;
  prefix: string;
  concurrency: number;
  log: Log;
  clock: Clock;
  /** Milliseconds after which a job of a dead worker is given to another; shorter only in the sandbox and in tests. */
  lockMs?: number;
  /** How many accounts' answers its jobs may wait for; without it, none's. */
  countAccounts?: () => number;
  /** Hears of trouble with Redis, which is told once a process and not once a queue. */
  news?: News;
}

/**
 * `id` names this delivery's job: a job that runs twice has it twice. `isScheduled`: the queue's own clock asked for
 * it.
 */
export type Work<N extends JobName> = (
  data: JobData<N>,
  job: { id: string; isScheduled: boolean; signal: AbortSignal | undefined },
) => Promise<WorkOutcome>;

export interface Running {
  name: JobName;
  /** Resolves when the worker listens. */
  ready: Promise<unknown>;
  /** Why it will take no job again by itself, in words; null: it works. */
  whyDead: () => string | null;
  /** Takes no more jobs and resolves when the running ones have ended; without Redis, when no step is in hand. */
  stop: () => Promise<void>;
}

export function run<N extends JobName>(name: N, work: Work<N>, options: RunOptions): Running {
  const { connection: redis, prefix, concurrency, log, countAccounts } = options;
  const keys = keysUnder(prefix);
  const slots = openSlots(concurrency);
  const hands = openHands();
  const inHand: Work<N> = (data, job) => hands.hold(slots.inSlot(() => work(data, job)));
  const open = (): ReadableWorker => openWorker(name, inHand, { ...options, hands });
  const onError = troubleOf(name, options);
  const worker = open();
  const more = countAccounts && startMoreSlots({ slots, countAccounts, open, onError });
  worker.once("ready", () => void scrubFailed(name, { redis, keys, log }).catch(onError));
  const progress = watchProgress({ queue: name, redis, keys, log, hands, concurrency });
  return {
    name,
    ready: worker.waitUntilReady(),
    whyDead: () => (worker.isRunning() || hands.isStopping ? progress.whyStuck() : `the worker of ${name} has ended`),
    async stop() {
      hands.isStopping = true;
      progress.stop();
      const closed = Promise.all([worker.close(), more?.stop()]);
      // BullMQ gives its jobs back before it closes, which without Redis it cannot: then only the steps count.
      if (!(await whileReachable(redis, closed))) await Promise.race([closed, hands.ended()]);
    },
  };
}

function openWorker<N extends JobName>(
  name: N,
  work: Work<N>,
  options: RunOptions & { hands: Pick<Hands, "isStopping"> },
): ReadableWorker {
  const { connection, prefix, concurrency, log, clock, lockMs = 30_000, hands } = options;
  const worker = new ReadableWorker(
    name,
    async (job: Job, token: string | undefined, signal: AbortSignal | undefined) => {
      if (hands.isStopping) await giveBack(job, token, "this process stops");
      if (isShared(name) && !isPlaced(job) && (await areOthersWaiting(worker, connection)))
        await standInLine(job, token);
      const isScheduled = job.repeatJobKey !== undefined;
      let outcome: WorkOutcome;
      try {
        const data = await receive(name, job, options);
        outcome = await forRun(realTime(clock).now().getTime(), () =>
          work(data, { id: job.id ?? "", isScheduled, signal }),
        );
      } catch (error) {
        throw await refuse(name, job, error, options);
      }
      if (outcome === "done") return null;
      if ("result" in outcome) return outcome.result;
      return wait(job, token, { outcome, now: clock.now() });
    },
    {
      connection,
      prefix,
      concurrency,
      lockDuration: lockMs,
      stalledInterval: lockMs,
      // Money is guarded by the ledger: a job that lost its worker is simply done again.
      maxStalledCount: 100,
      settings: { backoffStrategy: (attempt, _type, error) => retryDelay(attempt, error ?? new Error("unknown")) },
      metrics: { maxDataPoints: 10_080 },
      ...traced(),
    },
    boundedWait(byClock(realTime(clock))),
  );
  worker.on("failed", (job, error) => {
    const last = job?.finishedOn !== undefined;
    const line = {
      event: last ? "job.failed" : "job.retry",
      queue: name,
      job: job?.id,
      attempt: job?.attemptsMade,
      err: error,
    };
    log[last ? "error" : "warn"](line);
  });
  const trouble = troubleOf(name, options);
  worker.on("error", trouble);
  const mending = { redis: connection, keys: keysUnder(prefix), log };
  worker.on("stalled", (job) => {
    log.warn({ event: "job.stalled", queue: name, job });
    void mendFields(name, job, mending).catch(trouble);
  });
  return worker;
}

/** Trouble with Redis is told once a process, all other of the queue as it comes. */
function troubleOf(queue: JobName, { log, news }: RunOptions): (err: unknown) => void {
  return (err) => {
    if (news && isRedisTrouble(err)) news.trouble(err as Error);
    else log.warn({ event: "worker.trouble", queue, err });
  };
}

/** The arranger gave it its place. One that others put in with a priority of their own has that still. */
function isPlaced({ priority, opts }: Job): boolean {
  return priority > 0 && priority !== (opts.priority ?? 0);
}

async function areOthersWaiting(worker: Pick<ReadableWorker, "toKey">, redis: RedisClient): Promise<boolean> {
  const bare = await redis.llen(worker.toKey(WAIT));
  return bare > 0 || (await redis.zcard(worker.toKey(PRIORITIZED))) > 0;
}

/** BullMQ hands out jobs without a place first: one of them is given back to wait for its place, and holds nobody up. */
async function standInLine(job: Job, token: string | undefined): Promise<never> {
  const place = job.opts.priority === NO_PLACE ? NO_PLACE + 1 : NO_PLACE;
  await job.changePriority({ priority: place });
  return giveBack(job, token, "others wait, too: the job stands in line");
}

/** For whoever takes it next. */
async function giveBack(job: Job, token: string | undefined, why: string): Promise<never> {
  await job.moveToWait(token);
  throw new WaitingError(why);
}

/** Gives the job back for later: holds no worker and spends no attempt. The board shows why and until when. */
async function wait(
  job: Job,
  token: string | undefined,
  { outcome, now }: { outcome: Extract<WorkOutcome, { waitSeconds: number }>; now: Date },
): Promise<never> {
  const until = plusSeconds(now, outcome.waitSeconds);
  const about = "about" in outcome ? outcome : undefined;
  await job.updateProgress({ waitingFor: outcome.because, until: until.toISOString(), ...about?.about });
  await job.log(`${now.toISOString()} ${outcome.because}`);
  if (job.priority > 0 && job.priority < NO_PLACE) await job.changePriority({ priority: NO_PLACE }); // it had its turn
  // BullMQ takes it by this machine's clock and keeps it by the fleet's (`shared/queue/fleet-time.ts`).
  await job.moveToDelayed(plusSeconds(systemClock.now(), outcome.waitSeconds).getTime(), token);
  // Whoever ended meanwhile what it waits for could not wake it yet.
  if (await about?.hasCome?.()) await job.promote().catch(() => undefined);
  throw new DelayedError(outcome.because);
}
