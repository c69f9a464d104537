// A journal's line: parsed back from where it was kept, and put in order with those of other processes.
import { z } from "zod";
import type { JournalLine, Mark } from "./journal.ts";

const schema = z.object({
  account: z.string(),
  epoch: z.int(),
  seq: z.int(),
  at: z.number(),
  step: z.string(),
  reference: z.string(),
  writes: z.array(z.array(z.string())),
}) satisfies z.ZodType<JournalLine>;

/** @throws Error starting with `where`: the text is no line of this account */
export function parseLine(text: string, account: string, where: string): JournalLine {
  try {
    const line = schema.parse(JSON.parse(text));
    if (line.account === account) return line;
  } catch (cause) {
    throw new Error(`${where} is not a line of a journal.`, { cause });
  }
  throw new Error(`${where} belongs to another account than ${account}.`);
}

/** Above 0 when `one` is the later. */
export function compareMarks(one: Mark, other: Mark): number {
  return one.epoch - other.epoch || one.seq - other.seq;
}

export function findHighest(marks: readonly Mark[]): Mark | undefined {
  const [highest] = marks.toSorted((one, other) => compareMarks(other, one));
  return highest && { epoch: highest.epoch, seq: highest.seq };
}

/**
 * Lines of several processes as one history, each once: a line is there twice when it was written again after a failure
 * that had left it whole.
 */
export function mergeLines(lines: readonly JournalLine[]): JournalLine[] {
  const distinct = new Map(lines.map((line) => [JSON.stringify(line), line]));
  return [...distinct.values()].sort((one, other) => compareMarks(one, other) || one.at - other.at);
}
