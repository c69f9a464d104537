// One slow, durable write for many: whatever comes while one runs waits for the next, and what failed goes first in it.
import { setImmediate as nextTurn } from "node:timers/promises";

/** Keeps a write, and what it repeats after a long failure, within seconds. */
const MOST_AT_ONCE = 500;

export interface GroupCommit<Item> {
  /** Resolves when the item is written. A failure rejects it and everything behind it; all stay queued, in order. */
  add: (item: Item) => Promise<void>;
  /** Waits for the write that runs, or tries once more what failed. Never rejects. */
  flush: () => Promise<void>;
}

/**
 * `write` gets at most 500 items at a time, in order, one call after the other; after a failure it gets the same ones
 * again.
 */
export function groupCommit<Item>(write: (items: readonly Item[]) => Promise<void>): GroupCommit<Item> {
  const queue: { item: Item; written: PromiseWithResolvers<void> }[] = [];
  let busy = false;
  let run = Promise.resolve();

  async function writeAll(): Promise<void> {
    await nextTurn();
    try {
      while (queue.length > 0) {
        const group = queue.slice(0, MOST_AT_ONCE);
        await write(group.map(({ item }) => item));
        queue.splice(0, group.length);
        for (const { written } of group) written.resolve(); // nobody hears it who heard of a failure before
      }
    } catch (error) {
      for (const { written } of queue) written.reject(error);
    }
    busy = false;
  }

  function start(): void {
    if (busy) return;
    busy = true;
    run = writeAll();
  }

  return {
    add(item) {
      const written = Promise.withResolvers<void>();
      queue.push({ item, written });
      start();
      return written.promise;
    },
    async flush() {
      start();
      await run;
    },
  };
}
