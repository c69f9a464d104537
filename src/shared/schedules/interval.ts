// How often a schedule runs where processes were given different intervals: one of them counts, and nobody fights.
import type { KeptNote } from "../standing/kept.ts";

export interface Keeper {
  /** Who keeps the schedules. The gateway's interval counts before a worker's. */
  by: "gateway" | "worker";
  /** The first look of this process: it may bring another interval. Later looks only put back what is noted. */
  isStart: boolean;
}

/**
 * Milliseconds between two runs. What is noted counts, except where this process brings another interval: a gateway at
 * its start, or when a worker noted it; a worker at its start, unless a gateway noted it. Of several that differ the one
 * that started last counts. A note of an earlier version is the gateway's.
 */
export function intervalOf(ownMs: number, noted: KeptNote | undefined, { by, isStart }: Keeper): number {
  const notedMs = Number(/^\d+(?= )/.exec(noted?.put ?? "")?.[0] ?? 0);
  if (!(notedMs > 0)) return ownMs;
  const isOfWorker = noted?.by === "worker";
  const mayBring = by === "gateway" ? isStart || isOfWorker : isStart && isOfWorker;
  return mayBring ? ownMs : notedMs;
}
