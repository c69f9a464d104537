// Which schedules a fleet has: the sweep of everything that is due, and a poll for each account.
import { type JobName, jobs } from "../queue/jobs.ts";

/** BullMQ's options of the jobs that a schedule puts in. */
interface JobOptions {
  attempts: number;
  backoff?: { type: "custom" };
  removeOnComplete: { count: number };
  removeOnFail: { count: number };
}

export interface Schedule {
  queue: JobName;
  scheduler: string;
  everySeconds: number;
  data: object;
  opts: JobOptions;
}

/** In front of the account's id. */
export const BALANCE = "balance-";

const KEPT_JOBS = { removeOnComplete: { count: 100 }, removeOnFail: { count: 1_000 } };

export function sweepSchedule(everySeconds: number): Schedule {
  const opts = { attempts: jobs.reissue.attempts, ...KEPT_JOBS };
  return { queue: "reissue", scheduler: "due", everySeconds, data: { v: 1, sweep: true }, opts };
}

export function balanceSchedule(account: string, everySeconds: number): Schedule {
  const opts = { attempts: jobs["balance-poll"].attempts, backoff: { type: "custom" as const }, ...KEPT_JOBS };
  const data = { v: 1, account, check: true };
  return { queue: "balance-poll", scheduler: `${BALANCE}${account}`, everySeconds, data, opts };
}
