// For which order work is being done: a log that is far from it can name the order, and no function in between has to
// hand it on.
import { AsyncLocalStorage } from "node:async_hooks";

const current = new AsyncLocalStorage<string>();
const run = new AsyncLocalStorage<number>();

/** Everything that `work` does, and waits for, is done for this order. */
export function forOrder<T>(reference: string, work: () => T): T {
  return current.run(reference, work);
}

/** Null for work that is done for no single order: polls, counts. */
export function currentOrder(): string | null {
  return current.getStore() ?? null;
}

/** Everything that `work` does belongs to one run of a job, which began then, in milliseconds of the fleet's time. */
export function forRun<T>(beganAt: number, work: () => T): T {
  return run.run(beganAt, work);
}

/** When it began; null outside of any run. */
export function currentRun(): number | null {
  return run.getStore() ?? null;
}
