// Lets the queues themselves ask, at their time, for what is due and for every account's balance; follows accounts that
// come and go, and puts back what somebody took away.
import type { Queue } from "bullmq";
import type { AccountRecords } from "../shared/account/records.ts";
import { systemClock } from "../shared/base/clock.ts";
import type { Log } from "../shared/base/log.ts";
import { type JobName, jobs, queueNames } from "../shared/queue/jobs.ts";
import type { Queues } from "../shared/queue/queues.ts";
import {
  findLoss,
  findNote,
  forgetKept,
  type Kept,
  type KeptNeeds,
  keptName,
  markQueue,
  noteKept,
  putText,
} from "../shared/standing/kept.ts";

const LOOK_EVERY_MS = 30_000;
const SWEEP = "due";
const BALANCE = "balance-";

export interface ScheduleNeeds extends KeptNeeds {
  queues: Pick<Queues, "all">;
  accounts: Pick<AccountRecords, "all">;
  /** Seconds between two sweeps of the whole fleet. */
  sweepSeconds: number;
  /** Seconds between two polls of one account. */
  balanceSeconds: number;
  log: Log;
}

interface Schedule {
  queue: JobName;
  scheduler: string;
  everySeconds: number;
  data: object;
  opts: NonNullable<Parameters<Queue["upsertJobScheduler"]>[2]>["opts"];
}

/**
 * Puts what is not there as it ought to be: the marks of the queues, one scheduler `due` for the whole fleet, and one
 * `balance-<account>` for each account as the accounts are now, whose first poll comes at once. What is there stays as it
 * is, its next run included. Each gateway does the same; a sweep that slept finds what was missed.
 */
export async function putSchedules(needs: ScheduleNeeds): Promise<void> {
  const { accounts, sweepSeconds, balanceSeconds } = needs;
  for (const queue of queueNames) await keep({ queue, scheduler: null }, null, () => markQueue(queue, needs), needs);
  await schedule(sweep(sweepSeconds), needs);
  const inUse = (await accounts.all()).filter(({ enabled }) => enabled);
  const wanted = inUse.map(({ id }) => balancePoll(id, balanceSeconds));
  await removeOthers(wanted, needs);
  for (const each of wanted) await schedule(each, needs);
}

function sweep(everySeconds: number): Schedule {
  const opts = { attempts: jobs.reissue.attempts, removeOnComplete: { count: 100 }, removeOnFail: { count: 1_000 } };
  return { queue: "reissue", scheduler: SWEEP, everySeconds, data: { v: 1, sweep: true }, opts };
}

function balancePoll(account: string, everySeconds: number): Schedule {
  const opts = {
    attempts: jobs["balance-poll"].attempts,
    backoff: { type: "custom" },
    removeOnComplete: { count: 100 },
    removeOnFail: { count: 1_000 },
  };
  const data = { v: 1, account, check: true };
  return { queue: "balance-poll", scheduler: `${BALANCE}${account}`, everySeconds, data, opts };
}

async function schedule({ queue: name, scheduler, everySeconds, data, opts }: Schedule, needs: ScheduleNeeds) {
  const every = Math.round(everySeconds * 1_000);
  const queue = needs.queues.all[name];
  const put = async (): Promise<void> => {
    await queue.upsertJobScheduler(scheduler, { every }, { name, data, ...(opts && { opts }) });
  };
  const isNew = await keep({ queue: name, scheduler }, putText(every, data), put, needs);
  if (isNew) needs.log.info({ event: "schedule.set", scheduler, everySeconds });
}

/**
 * Puts it where it is not as it ought to be; a crash before the note has it looked at again. Answers whether it was put
 * for the first time, or otherwise than before. What was there as it ought to be, and is no longer, somebody took away.
 */
async function keep(kept: Kept, text: string | null, put: () => Promise<void>, needs: ScheduleNeeds): Promise<boolean> {
  const noted = await findNote(kept, needs);
  const loss = await findLoss(kept, text, needs);
  const isKnown = noted?.put === text;
  if (!loss && isKnown) return false;
  if (loss) await put();
  const isTakenAway = loss !== undefined && isKnown;
  if (isTakenAway) needs.log.warn({ event: "schedule.restored", name: keptName(kept), loss });
  const restoredAt = isTakenAway ? systemClock.now().toISOString() : (noted?.restoredAt ?? null);
  await noteKept(kept, { put: text, restoredAt }, needs);
  return !isTakenAway && loss !== undefined;
}

/** Of accounts that are gone or switched off. */
async function removeOthers(wanted: readonly Schedule[], needs: ScheduleNeeds): Promise<void> {
  const queue = needs.queues.all["balance-poll"];
  const names = new Set(wanted.map(({ scheduler }) => scheduler));
  for (const { key: scheduler } of await queue.getJobSchedulers(0, -1, true)) {
    if (!scheduler.startsWith(BALANCE) || names.has(scheduler)) continue;
    await forgetKept({ queue: "balance-poll", scheduler }, needs);
    await queue.removeJobScheduler(scheduler);
    needs.log.info({ event: "schedule.removed", scheduler });
  }
}

/** Keeps all of it as long as the gateway runs: workers make their accounts known when they start. */
export async function keepSchedules(
  needs: ScheduleNeeds,
  everyMs = LOOK_EVERY_MS,
): Promise<{ stop: () => Promise<void> }> {
  const putNow = (): Promise<void> =>
    putSchedules(needs).catch((err: unknown) => needs.log.warn({ event: "schedule.failed", err }));
  await putNow();
  let putting: Promise<void> | undefined;
  const timer = setInterval(() => {
    putting ??= putNow().finally(() => {
      putting = undefined;
    });
  }, everyMs);
  return {
    async stop() {
      clearInterval(timer);
      await putting;
    },
  };
}
