// Says for everybody when this process cannot write the journal: an order that waits for it, and people, see why.
import { hostname } from "node:os";
import type { Clock } from "../../shared/base/clock.ts";
import { Unavailable } from "../../shared/base/errors.ts";
import type { Log } from "../../shared/base/log.ts";
import { repeat } from "../../shared/process/repeat.ts";
import { forgetJournalFailure, type JournalNeeds, noteJournalFailure } from "../../shared/standing/journal-failures.ts";
import type { Journal } from "./journal.ts";

/** Half a minute behind its last note a failure must still be believed. */
const LOOK_EVERY_MS = 10_000;

interface WatchNeeds extends JournalNeeds {
  clock: Clock;
  log: Log;
  /** Only tests play several hosts. */
  host?: string;
}

/**
 * The same journal. Each failed write is noted at once, and a small write is tried every ten seconds: it ends the failure
 * without an order that dares, and finds one before an order does. What cannot be noted is noted by the next look.
 */
export function watchJournal(
  journal: Journal,
  { clock, log, host = hostname(), ...place }: WatchNeeds,
  everyMs = LOOK_EVERY_MS,
): Journal {
  const user = { host: host.replaceAll(" ", "-"), pid: process.pid };
  let failedSince: string | undefined;
  /** Nothing is noted that would have to be taken back. */
  let isCalm = false;

  const failed = async (error: unknown): Promise<void> => {
    if (!(error instanceof Unavailable)) return;
    if (failedSince === undefined) log.error({ event: "journal.failed", err: error });
    failedSince ??= clock.now().toISOString();
    isCalm = false;
    await noteJournalFailure(user, { since: failedSince, message: error.message }, place);
  };
  const look = async (): Promise<void> => {
    try {
      await journal.probe();
    } catch (error) {
      return failed(error);
    }
    if (isCalm) return;
    await forgetJournalFailure(user, place); // at the first look: of a process that had this number before
    if (failedSince !== undefined) log.info({ event: "journal.works" });
    failedSince = undefined;
    isCalm = true;
  };
  const unnoted = (err: unknown): void => log.warn({ event: "journal.unnoted", err });
  const looks = repeat(look, everyMs, unnoted);

  return {
    ...journal,
    async append(line) {
      try {
        await journal.append(line);
      } catch (error) {
        void failed(error).catch(unnoted); // a Redis that does not respond holds nobody up
        throw error;
      }
    },
    async close() {
      await looks.stop();
      await journal.close();
      if (failedSince !== undefined) await forgetJournalFailure(user, place).catch(() => undefined);
    },
  };
}
