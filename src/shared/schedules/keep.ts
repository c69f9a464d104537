// Keeps the schedules as long as any process of the fleet runs: gateways always, and of the workers one at a time.
import type { Clock } from "../base/clock.ts";
import { oneOfAll, type Repeated, repeat } from "../process/repeat.ts";
import type { Seal } from "../queue/seal.ts";
import { putSchedules, type ScheduleNeeds } from "./put.ts";

/** Whoever kept them may have been killed behind its turn: even then they are back within a minute. */
const LOOK_EVERY_MS = 15_000;

export interface KeepNeeds extends Omit<ScheduleNeeds, "isStart" | "queues"> {
  queues: ScheduleNeeds["queues"] & { seal: Pick<Seal, "adopt"> };
  clock: Clock;
}

/**
 * Looks at once, and then again and again. A look that fails is logged and made up for by the next one. Every process
 * looks at its start, for it may bring another interval; later a worker looks only where no other one has.
 */
export async function keepSchedules(needs: KeepNeeds, everyMs = LOOK_EVERY_MS): Promise<Repeated> {
  const { redis, keys, log, by, queues, clock } = needs;
  const failed = (err: unknown): void => log.warn({ event: "schedule.failed", err });
  const look = async (isStart: boolean): Promise<void> => {
    await putSchedules({ ...needs, isStart });
    // The fleet had its seal when this process began: what lies in the queue of an emptied Redis is nobody's old mail.
    if (!isStart) await queues.seal.adopt(async () => [], clock.now());
  };
  await look(true).catch(failed);
  const again = (): Promise<void> => look(false);
  const turn = by === "gateway" ? again : oneOfAll(again, { redis, key: keys.sweeper("schedules"), everyMs });
  return repeat(turn, everyMs, failed);
}
