// Which schedules a fleet ought to have and has not, whether or not anybody noted them: an emptied Redis has no notes.
import type { AccountRecords } from "../account/records.ts";
import { findLoss, findNote, type KeptNeeds, type Loss } from "../standing/kept.ts";
import { balanceSchedule, sweepSchedule } from "./wanted.ts";

export interface ScheduleState {
  /** `reissue/due`. */
  name: string;
  /** Undefined: it is as it was put. */
  loss: Loss | undefined;
}

/** The sweep, and a poll for each account in use. */
export async function readSchedules(
  needs: KeptNeeds & { accounts: Pick<AccountRecords, "all"> },
): Promise<ScheduleState[]> {
  const inUse = (await needs.accounts.all()).filter(({ enabled }) => enabled);
  // How often they run is what was noted, whatever this process would say.
  const wanted = [sweepSchedule(1), ...inUse.map(({ id }) => balanceSchedule(id, 1))];
  return Promise.all(
    wanted.map(async ({ queue, scheduler }) => {
      const kept = { queue, scheduler };
      const noted = await findNote(kept, needs);
      const loss = noted ? await findLoss(kept, noted.put, needs) : "gone";
      return { name: `${queue}/${scheduler}`, loss };
    }),
  );
}
