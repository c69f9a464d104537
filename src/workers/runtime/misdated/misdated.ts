// What a clock that was ahead has planned, of a machine of an earlier version or Redis' own: it would wait for as long as
// the clock was wrong. What was written later than now was written by such a clock, and is due now.
import { join } from "node:path";
import { type Clock, realTime } from "../../../shared/base/clock.ts";
import type { Log } from "../../../shared/base/log.ts";
import { type Repeated, repeat } from "../../../shared/process/repeat.ts";
import type { JobName } from "../../../shared/queue/jobs.ts";
import type { Queues } from "../../../shared/queue/queues.ts";
import type { RedisClient } from "../../../shared/redis/client.ts";
import type { Keys } from "../../../shared/redis/keys.ts";
import { defineScript, runScript } from "../../../shared/redis/script.ts";

const CALL = defineScript(join(import.meta.dirname, "lua/call-misdated.lua"), {
  keys: ["updated", "unfinishedOpen", "unfinishedReissue"],
  args: ["now", "due", "apartMs", "most"],
});
const FIND_LATE = defineScript(join(import.meta.dirname, "lua/find-late-jobs.lua"), {
  keys: ["delayed", "active", "stalledCheck"],
  args: ["prefix", "now", "apartMs", "most", "lockMs"],
});

/** Clocks of a fleet that is well are less apart. */
const APART_MS = 5_000;
const MOST_ORDERS = 500;
const MOST_JOBS = 1_000;
const EVERY_MS = 5_000;

export interface MisdatedNeeds {
  redis: RedisClient;
  keys: Keys;
  clock: Clock;
  log: Log;
}

/** Orders that were saved in the future are looked at with the next sweep. Answers how many there were. */
export async function callMisdatedOrders({ redis, keys, clock, log }: MisdatedNeeds, due: number): Promise<number> {
  const operands = {
    keys: {
      updated: keys.byUpdate,
      ...{ unfinishedOpen: keys.unfinished("open"), unfinishedReissue: keys.unfinished("reissue") },
    },
    args: { now: clock.now().getTime(), due, apartMs: APART_MS, most: MOST_ORDERS },
  };
  let count = 0;
  for (;;) {
    const found = (await runScript(redis, CALL, operands)) as number;
    count += found;
    if (found < MOST_ORDERS) break;
  }
  if (count > 0) log.warn({ event: "clock.misdated", what: "orders", count });
  return count;
}

/** Jobs of a queue that wait too long are put in now. `lockMs`: of the queue's workers. Answers how many there were. */
export async function callLateJobs(
  name: JobName,
  { redis, keys, clock, log, queues, lockMs }: MisdatedNeeds & { queues: Pick<Queues, "wake">; lockMs: number },
): Promise<number> {
  const late = (await runScript(redis, FIND_LATE, {
    keys: {
      delayed: keys.ofQueue(name, "delayed"),
      ...{ active: keys.ofQueue(name, "active"), stalledCheck: keys.ofQueue(name, "stalled-check") },
    },
    args: {
      prefix: keys.ofQueue(name, ""),
      ...{ now: realTime(clock).now().getTime(), apartMs: APART_MS, most: MOST_JOBS, lockMs },
    },
  })) as string[];
  for (const id of late) await queues.wake(name, id);
  if (late.length > 0) log.warn({ event: "clock.misdated", what: `jobs of ${name}`, count: late.length });
  return late.length;
}

/** Looks every five seconds. Any number of processes may. */
export function startLateJobs(name: JobName, needs: Parameters<typeof callLateJobs>[1], everyMs = EVERY_MS): Repeated {
  const turn = (): Promise<number> => callLateJobs(name, needs);
  return repeat(turn, everyMs, (err) => needs.log.warn({ event: "sweep.failed", queue: name, err }));
}
