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

/** Everything that `work` does belongs to one run of a job. */
export function forRun<T>(work: () => T): T {
  return run.run(Date.now(), work);
}

/** When it began, by this machine's clock; null outside of any run. */
export function currentRun(): number | null {
  return run.getStore() ?? null;
}
