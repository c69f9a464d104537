// The time in hand: it goes on by itself, and a test lets minutes pass in no time, watched by the keeper as real ones would be.
import type { Clock } from "../../src/shared/base/clock.ts";
import type { Ledger } from "../../src/workers/ledger/context.ts";
import { dwellOn } from "../../src/workers/ledger/maintenance.ts";

/** T_settle of these worlds, as in production. */
export const SETTLE_MS = 1_200_000;
/** The keeper believes no longer silence. */
const STEP_MS = 60_000;

export interface Time extends Clock {
  /** Milliseconds, for the ledger. */
  ms: () => number;
  /** Lets time pass on an account that was used before. */
  pass: (ms: number) => Promise<void>;
  /** Time jumps, and nobody watched. */
  jump: (ms: number) => void;
}

export function timeOf(context: Pick<Ledger, "redis" | "keys" | "journal">): Time {
  let passedMs = 0;
  const ms = (): number => Date.now() + passedMs;
  const ledger: Ledger = { ...context, settleMs: SETTLE_MS, now: ms, seen: new Map() };
  return {
    ms,
    now: () => new Date(ms()),
    jump: (by) => {
      passedMs += by;
    },
    async pass(by) {
      await dwellOn({ ledger }, "main", STEP_MS);
      for (let left = by; left > 0; left -= STEP_MS) {
        passedMs += Math.min(left, STEP_MS);
        await dwellOn({ ledger }, "main", Math.min(left, STEP_MS));
      }
    },
  };
}
