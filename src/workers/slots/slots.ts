// How many of a worker's slots are held by accounts that do not answer. A slot is room for one job; a job that waits for
// an answer does nothing meanwhile, and must not keep other accounts' jobs out.

import { AsyncLocalStorage } from "node:async_hooks";
import { Unavailable } from "../../shared/base/errors.ts";

/** A request that has waited so long holds its slot: eNom usually answers within a second. */
const SLOW_MS = 2_000;
/** Nothing was sent, and the account is asked again soon. */
const COME_AGAIN_SECONDS = 5;

export interface Slots {
  /** Everything that `work` does, and waits for, is done in a slot of these. */
  inSlot<T>(work: () => T): T;
  /** How many more sets of slots there must be, so that half a set is free of accounts that do not answer. */
  countNeeded(): number;
}

interface Wait {
  account: string;
  since: number;
}

interface Held {
  size: number;
  waits: Set<Wait>;
  slowMs: number;
}

const current = new AsyncLocalStorage<Held>();

/** @param size how many jobs the worker does at once when every account answers; no account holds more than that */
export function openSlots(size: number, slowMs = SLOW_MS): Slots {
  const held: Held = { size, waits: new Set(), slowMs };
  return {
    inSlot: (work) => current.run(held, work),
    countNeeded() {
      // Whoever holds them: of several accounts that do not answer each may hold a few, and together they hold all.
      return Math.floor((countSlow(held) + Math.ceil(size / 2)) / size);
    },
  };
}

/**
 * To be asked before a request is sent. Work outside of any slot always may.
 * @throws Unavailable where requests to this account hold all the slots that it may have
 */
export function mustHaveSlot(account: string): void {
  const held = current.getStore();
  if (!held || countSlow(held, account) < held.size) return;
  throw new Unavailable(
    `account ${account} has not answered ${held.size} requests of this worker yet: no more are sent meanwhile, so that other accounts can go on`,
    { retryAfterSeconds: COME_AGAIN_SECONDS, code: "budget-used-up" },
  );
}

/** Sends a request, and notes meanwhile that its slot waits for this account. */
export async function whileWaiting<T>(account: string, send: () => Promise<T>): Promise<T> {
  const held = current.getStore();
  if (!held) return send();
  const wait: Wait = { account, since: performance.now() };
  held.waits.add(wait);
  try {
    return await send();
  } finally {
    held.waits.delete(wait);
  }
}

function countSlow({ waits, slowMs }: Held, account?: string): number {
  const now = performance.now();
  const slow = [...waits].filter(({ since }) => now - since >= slowMs);
  return account === undefined ? slow.length : slow.filter((each) => each.account === account).length;
}
