// What a worker has in hand: the work on its jobs, without what BullMQ does before and after.

export interface Hands {
  /** Counts the work until it has ended. */
  hold<T>(work: Promise<T>): Promise<T>;
  count(): number;
  /** When work was last taken or ended, by `performance.now()`. */
  movedAt(): number;
  /** The process stops: nothing more is taken in hand. */
  isStopping: boolean;
  /** Resolves when all that is in hand now has ended, however it ends. */
  ended(): Promise<unknown>;
}

export function openHands(): Hands {
  const held = new Set<Promise<unknown>>();
  let movedAt = performance.now();
  return {
    isStopping: false,
    count: () => held.size,
    movedAt: () => movedAt,
    ended: () => Promise.allSettled(held),
    async hold(work) {
      movedAt = performance.now();
      held.add(work);
      try {
        return await work;
      } finally {
        held.delete(work);
        movedAt = performance.now();
      }
    },
  };
}
