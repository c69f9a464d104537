// Jobs that are over hold names and addresses: those that ended long ago are removed, whoever put them there.
import { DAY_MS } from "../../shared/base/dates.ts";
import type { Log } from "../../shared/base/log.ts";
import type { Queues } from "../../shared/queue/queues.ts";

type Queue = Queues["all"]["open"];

const EVERY_MS = 3_600_000;
/** BullMQ removes so many in one script at most. */
const AT_ONCE = 1_000;
/** A job that was done tells nothing that its order does not. */
const COMPLETED_DAYS = 7;

/**
 * Removes failed jobs that ended before so many days, completed ones after seven, or as many if that is less. By itself
 * BullMQ looks only when another job ends, and keeps for ever what another system put there without a limit. May run in
 * several processes at once. Answers how many are gone.
 */
export async function removeOldJobs(queue: Pick<Queue, "clean">, keepDays: number): Promise<number> {
  let removed = 0;
  for (const [state, days] of [
    ["failed", keepDays],
    ["completed", Math.min(COMPLETED_DAYS, keepDays)],
  ] as const)
    for (;;) {
      const ids = await queue.clean(days * DAY_MS, AT_ONCE, state);
      removed += ids.length;
      if (ids.length < AT_ONCE) break;
    }
  return removed;
}

/** At once and every hour. */
export function startJobRetention(
  queue: Queue,
  { keepDays, log }: { keepDays: number; log: Log },
): { stop: () => Promise<void> } {
  const look = (): Promise<unknown> =>
    removeOldJobs(queue, keepDays).catch((err: unknown) =>
      log.warn({ event: "worker.trouble", queue: queue.name, err }),
    );
  let running = look();
  const timer = setInterval(() => {
    running = running.then(look);
  }, EVERY_MS);
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
