// Lines for tests, and for the processes that tests start.
import type { JournalLine } from "../../../src/workers/journal/journal.ts";

export function line(seq: number, changes: Partial<JournalLine> = {}): JournalLine {
  const writes = [["HSET", "{t}:ledger:main:meta", "state", `step ${seq}`]];
  return { account: "main", epoch: 1, seq, at: 1_000 + seq, step: "begin", reference: "bill-1", writes, ...changes };
}

/** The lines with these seqs, of account main. */
export function lines(from: number, to: number): JournalLine[] {
  return Array.from({ length: to - from + 1 }, (_, i) => line(from + i));
}
