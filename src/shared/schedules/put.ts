// Lets the queues themselves ask, at their time, for what is due and for every account's balance; follows accounts that
// come and go, and puts back what somebody took away.
import type { AccountRecords } from "../account/records.ts";
import { realTime, systemClock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { queueNames } from "../queue/jobs.ts";
import type { Queues } from "../queue/queues.ts";
import {
  findLoss,
  findNote,
  forgetKept,
  type Kept,
  type KeptNeeds,
  keptName,
  type Loss,
  markQueue,
  noteKept,
  putText,
} from "../standing/kept.ts";
import { intervalOf, type Keeper } from "./interval.ts";
import { BALANCE, balanceSchedule, type Schedule, sweepSchedule } from "./wanted.ts";

export interface ScheduleNeeds extends KeptNeeds, Keeper {
  queues: Pick<Queues, "all">;
  accounts: Pick<AccountRecords, "all">;
  /** Seconds between two sweeps of the whole fleet. */
  sweepSeconds: number;
  /** Seconds between two polls of one account. */
  balanceSeconds: number;
  log: Log;
}

/**
 * Puts what is not there as it ought to be: the marks of the queues, one scheduler `due` for the whole fleet, and one
 * `balance-<account>` for each account as the accounts are now, whose first poll comes at once. What is there stays as it
 * is, its next run included. Processes that do it at once do the same; a sweep that slept finds what was missed.
 */
export async function putSchedules(needs: ScheduleNeeds): Promise<void> {
  const { accounts, sweepSeconds, balanceSeconds } = needs;
  for (const queue of queueNames) await keep({ queue, scheduler: null }, null, () => markQueue(queue, needs), needs);
  await schedule(sweepSchedule(sweepSeconds), needs);
  const inUse = (await accounts.all()).filter(({ enabled }) => enabled);
  const wanted = inUse.map(({ id }) => balanceSchedule(id, balanceSeconds));
  await removeOthers(wanted, needs);
  for (const each of wanted) await schedule(each, needs);
}

async function schedule({ queue: name, scheduler, everySeconds, data, opts }: Schedule, needs: ScheduleNeeds) {
  const kept: Kept = { queue: name, scheduler };
  const ownMs = Math.round(everySeconds * 1_000);
  const every = intervalOf(ownMs, await findNote(kept, needs), needs);
  if (every !== ownMs && needs.isStart)
    needs.log.warn({ event: "schedule.differs", scheduler, everySeconds: every / 1_000, own: everySeconds });
  const queue = needs.queues.all[name];
  const put = async (loss: Loss): Promise<void> => {
    if (loss === "late") await queue.removeJobScheduler(scheduler); // put over it, it would keep its next run
    await queue.upsertJobScheduler(scheduler, { every }, { name, data, opts });
  };
  const isNew = await keep(kept, putText(every, data), put, needs);
  if (isNew) needs.log.info({ event: "schedule.set", scheduler, everySeconds: every / 1_000 });
}

/**
 * Puts it where it is not as it ought to be; a crash before the note has it looked at again. Answers whether it was put
 * for the first time, or otherwise than before. What was there as it ought to be, and is no longer, somebody took away.
 */
async function keep(
  kept: Kept,
  text: string | null,
  put: (loss: Loss) => Promise<void>,
  needs: ScheduleNeeds,
): Promise<boolean> {
  const noted = await findNote(kept, needs);
  const loss = await findLoss(kept, text, needs);
  const isKnown = noted?.put === text;
  const isMine = isKnown && (noted.by === needs.by || needs.by === "worker");
  if (!loss && isMine) return false;
  if (loss) await put(loss);
  const isTakenAway = loss !== undefined && loss !== "late" && isKnown;
  if (isTakenAway) needs.log.warn({ event: "schedule.restored", name: keptName(kept), loss });
  const now = realTime(needs.clock ?? systemClock)
    .now()
    .toISOString();
  const restoredAt = isTakenAway ? now : (noted?.restoredAt ?? null);
  const by = needs.by === "gateway" || !noted ? needs.by : noted.by;
  await noteKept(kept, { put: text, restoredAt, ...(by && { by }), since: noted?.since ?? now }, needs);
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
