// The whole retry policy of the queues: attempt and error in, delay out.
import { Refused, Unavailable, Uncertain } from "../base/errors.ts";

/**
 * Milliseconds until the next try, or -1 to give up now (BullMQ's own sign for it). Orders do not pass here: the ledger's
 * sweeper repeats them.
 */
export function retryDelay(attempt: number, error: Error): number {
  if (error instanceof Refused || error instanceof Uncertain) return -1;
  if (error instanceof Unavailable && error.retryAfterSeconds !== undefined) return error.retryAfterSeconds * 1_000;
  return usualDelay(attempt);
}

/** Where nobody asked for another time: 10, 20, 40 … seconds, an hour at most. */
export function usualDelay(attempt: number): number {
  return Math.min(10 * 2 ** (attempt - 1), 3_600) * 1_000;
}
