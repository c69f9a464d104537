// Lets the queues themselves ask, at their time, for what is due and for every account's balance; follows accounts that come and go.
import type { Queue } from "bullmq";
import type { AccountRecords } from "../shared/account/records.ts";
import type { Log } from "../shared/base/log.ts";
import { type JobInput, jobs } from "../shared/queue/jobs.ts";

const LOOK_EVERY_MS = 30_000;
const PREFIX = "balance-";

/** One scheduler for the whole fleet; put again by each gateway, it stays the same one. A sweep that slept finds what was missed. */
export async function scheduleSweep(queue: Queue, everySeconds: number): Promise<void> {
  const data: JobInput<"reissue"> = { v: 1, sweep: true };
  const opts = { attempts: jobs.reissue.attempts, removeOnComplete: { count: 100 }, removeOnFail: { count: 1_000 } };
  await queue.upsertJobScheduler("due", { every: Math.round(everySeconds * 1_000) }, { name: "reissue", data, opts });
}

export interface ScheduleNeeds {
  queue: Queue;
  accounts: Pick<AccountRecords, "all">;
  /** Seconds between two polls of one account. */
  everySeconds: number;
  log: Log;
}

/**
 * One scheduler an account, `balance-<account>`, as the accounts are now. The first poll of a new one comes at once;
 * putting one that is there again keeps its next poll where it is, unless the interval changed (BullMQ, job schedulers).
 */
export async function scheduleBalancePolls({ queue, accounts, everySeconds, log }: ScheduleNeeds): Promise<void> {
  const every = Math.round(everySeconds * 1_000);
  const there = await queue.getJobSchedulers(0, -1, true);
  const inUse = (await accounts.all()).filter(({ enabled }) => enabled);
  const known = new Map(inUse.map(({ id }) => [`${PREFIX}${id}`, id]));
  for (const { key } of there) {
    if (!key.startsWith(PREFIX) || known.has(key)) continue;
    await queue.removeJobScheduler(key);
    log.info({ event: "schedule.removed", scheduler: key });
  }
  for (const [scheduler, account] of known) {
    const data: JobInput<"balance-poll"> = { v: 1, account, check: true };
    const opts = {
      attempts: jobs["balance-poll"].attempts,
      backoff: { type: "custom" },
      removeOnComplete: { count: 100 },
      removeOnFail: { age: 30 * 86_400, count: 1_000 },
    };
    await queue.upsertJobScheduler(scheduler, { every }, { name: "balance-poll", data, opts });
    const isNew = !there.some(({ key }) => key === scheduler);
    if (isNew) log.info({ event: "schedule.set", scheduler, everySeconds });
  }
}

/** Keeps the schedules in step with the accounts: workers make theirs known when they start. */
export async function keepBalancePolls(needs: ScheduleNeeds): Promise<{ stop: () => Promise<void> }> {
  const scheduleNow = (): Promise<void> =>
    scheduleBalancePolls(needs).catch((err: unknown) => needs.log.warn({ event: "schedule.failed", err }));
  await scheduleNow();
  let scheduling: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    scheduling = scheduleNow();
  }, LOOK_EVERY_MS);
  return {
    async stop() {
      clearInterval(timer);
      await scheduling;
    },
  };
}
