// A long reading is not ended by a pause of eNom's, or by others of the fleet who use up the account's requests of a moment.
import { setTimeout as pause } from "node:timers/promises";
import { Unavailable } from "../../../shared/base/errors.ts";

/** Whoever does not respond for so long is away: the person says the words again later, and the reading goes on. */
const LONGEST_MS = 60_000;
const SHORTEST_PAUSE_SECONDS = 1;

/**
 * Asks again while eNom, or the account's budget, says: not now. What was answered and cannot be understood is not asked
 * again.
 * @throws what the last try threw
 */
export async function patiently<T>(question: () => Promise<T>, longestMs = LONGEST_MS): Promise<T> {
  const until = performance.now() + longestMs;
  for (;;) {
    try {
      return await question();
    } catch (error) {
      if (!(error instanceof Unavailable) || error.code === "enom-not-understood" || error.answered) throw error;
      const seconds = Math.max(error.retryAfterSeconds ?? 0, SHORTEST_PAUSE_SECONDS);
      if (performance.now() + seconds * 1_000 > until) throw error;
      await pause(seconds * 1_000);
    }
  }
}
