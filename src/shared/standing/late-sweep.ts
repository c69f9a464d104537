// Whether the policy last looked at what is due so long ago that something must be wrong.

import { lasting, type StandingFinding } from "./findings.ts";
import { findNote, type KeptNeeds } from "./kept.ts";

/** So many periods without the end of a sweep are too many. */
const PERIODS = 3;
const SWEEP = { queue: "reissue", scheduler: "due" } as const;

export interface SweepTimes {
  /** Milliseconds between two sweeps. */
  everyMs: number;
  /** When the last one ended; null: none has ended since the schedule was put. */
  lastAt: Date | null;
  isLate: boolean;
}

/** Undefined where no schedule was put yet: a fresh fleet is not late. All times are of Redis' clock. */
export async function readSweepTimes(needs: KeptNeeds): Promise<SweepTimes | undefined> {
  const { redis, keys } = needs;
  const [noted, last, [seconds]] = await Promise.all([findNote(SWEEP, needs), redis.get(keys.lastSweep), redis.time()]);
  const everyMs = Number(/^\d+(?= )/.exec(noted?.put ?? "")?.[0] ?? 0);
  if (!noted || !(everyMs > 0)) return undefined;
  const lastMs = last === null ? null : Number(last);
  const from = lastMs ?? Date.parse(noted.since ?? "");
  const isLate = Number(seconds) * 1_000 - from > PERIODS * everyMs;
  return { everyMs, lastAt: lastMs === null ? null : new Date(lastMs), isLate };
}

export async function findLateSweep(needs: KeptNeeds): Promise<StandingFinding[]> {
  const times = await readSweepTimes(needs);
  if (!times?.isLate) return [];
  const { lastAt, everyMs } = times;
  const last = lastAt ? `The last look ended at ${lastAt.toISOString().slice(0, 19)}Z` : "No look has ended yet";
  return [
    {
      ...{ code: "sweep-late", about: `${SWEEP.queue}/${SWEEP.scheduler}` },
      message: `Certfleet has not looked at what is due for more than ${PERIODS} times ${lasting(everyMs)}. ${last}. Until it does, nothing is reissued, renewed or reminded by policy.`,
      next: "Look whether a worker of reissue is alive and its queue goes on: certfleet doctor. See docs/runbook.md#sweep-late",
    },
  ];
}
