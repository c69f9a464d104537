// One more set of slots for each that accounts hold which do not answer, for as long as they do: such an account slows
// nobody else down.

import { type Repeated, repeat } from "../../shared/process/repeat.ts";
import type { Slots } from "../slots/slots.ts";

const LOOK_MS = 250;
/** A set that is needed no more is kept for a while: the account may not answer the next request either. */
const CALM_MS = 60_000;

/** A worker of BullMQ, as far as it is looked at here. */
export interface SlotSet {
  /** Takes no more jobs and resolves when the running ones have ended. */
  close: () => Promise<void>;
}

export interface MoreSlotsNeeds {
  slots: Pick<Slots, "countNeeded">;
  /** How many accounts there are: with one there is nobody to keep free for. */
  countAccounts: () => number;
  /** Begins to take jobs of the same queue, as many at once as the first set. */
  open: () => SlotSet;
  onError: (error: unknown) => void;
  lookMs?: number;
}

/** Stopping takes no more jobs in any set and waits for the running ones. */
export function startMoreSlots({ slots, countAccounts, open, onError, lookMs = LOOK_MS }: MoreSlotsNeeds): Repeated {
  const sets: SlotSet[] = [];
  const closing = new Set<Promise<void>>();
  let neededAt = 0;
  const close = (set: SlotSet): void => {
    const closed = set.close().catch(onError);
    closing.add(closed);
    void closed.finally(() => closing.delete(closed));
  };
  const look = async (): Promise<void> => {
    const wanted = Math.min(slots.countNeeded(), countAccounts() - 1);
    const now = performance.now();
    if (wanted >= sets.length) neededAt = now;
    while (sets.length < wanted) sets.push(open());
    if (now - neededAt < CALM_MS) return;
    const set = sets.pop();
    if (set) close(set);
    neededAt = now;
  };
  const loop = repeat(look, lookMs, onError);
  return {
    async stop() {
      await loop.stop();
      for (const set of sets.splice(0)) close(set);
      await Promise.all(closing);
    },
  };
}
