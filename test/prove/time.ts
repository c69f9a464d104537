// Time goes on: eNom does what it owes, the keeper visits and counts, the sweeper rings what is due.

import { audit } from "../../src/workers/audit/audit.ts";
import { dwellOn } from "../../src/workers/ledger/maintenance.ts";
import { emptyOutbox } from "../../src/workers/ledger/recheck.ts";
import { advanceOrder } from "../../src/workers/open/workflow.ts";
import { endured } from "./endured.ts";
import { type Run, SETTLE_MS } from "./run.ts";

/** A keeper that was away for longer counts no more than this. */
const VISIT_MS = 60_000;
/** The keeper counts the account so often. */
const COUNT_MS = 300_000;

export interface TimeSpan {
  seconds: number;
  /** Without the keeper nobody watches; without the sweeper no order is rung. */
  keeper: boolean;
  sweeper: boolean;
}

export async function timePasses(run: Run, { seconds, keeper, sweeper }: TimeSpan): Promise<void> {
  const end = run.now + seconds * 1_000;
  while (run.now < end) {
    const before = run.now;
    await toTime(run, Math.min(end, before + VISIT_MS));
    if (keeper && (await isBound(run))) {
      await endured(run, dwellOn(run.needs, "main", run.now - before));
      await endured(run, emptyOutbox(run.needs, "main"));
      const countsNow = Math.floor(before / COUNT_MS) !== Math.floor(run.now / COUNT_MS);
      if (countsNow) await endured(run, audit(run.account, run.needs));
    }
    if (sweeper) await sweep(run);
  }
}

export async function isBound({ redis, keys }: Run): Promise<boolean> {
  return (await redis.hexists(keys.ledger.meta("main"), "epoch")) === 1;
}

/** Rings every unfinished order that is due, as the ledger sweeper does. */
async function sweep(run: Run): Promise<void> {
  const due = await run.redis.zrange(run.keys.unfinished("open"), "-inf", `${run.now}`, "BYSCORE");
  for (const reference of due) await endured(run, advanceOrder(reference, run.needs));
}

async function toTime(run: Run, now: number): Promise<void> {
  run.now = now;
  const due = run.lateEffects.filter(({ dueAt }) => dueAt <= now);
  if (due.length === 0) return;
  run.lateEffects = run.lateEffects.filter(({ dueAt }) => dueAt > now);
  for (const { happens, sentAt } of due) {
    happens();
    if (now - sentAt >= SETTLE_MS) run.excuses.push("a purchase took effect later than T_settle");
  }
  for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve)); // the effect takes no more than that
}
