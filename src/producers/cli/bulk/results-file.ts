// What became of each row, kept in a file beside the orders: whoever runs the same file again goes on where it ended.
import { createHash } from "node:crypto";
import { closeSync, createReadStream, existsSync, openSync, readSync, statSync, writeSync } from "node:fs";
import { readLines } from "../../../shared/bulk/lines.ts";
import type { ResultLine } from "../../bulk/result-line.ts";
import { badWords } from "../bad-words.ts";

export interface ResultsFile {
  /** An order that was accepted is not sent again; one whose row was changed since is another order. */
  isDone: (row: string) => boolean;
  add: (result: ResultLine, row: string) => void;
  close: () => void;
}

/** No file, for what is read from standard input, or only tried. */
export const NO_RESULTS: ResultsFile = { isDone: () => false, add: () => undefined, close: () => undefined };

const ACCEPTED = new Set([200, 202]);

/**
 * A line that was cut short by a crash counts for nothing: its order is sent again, and answered as accepted before.
 * @throws Error of wrong usage where the file cannot be read or written
 */
export async function openResults(path: string): Promise<ResultsFile> {
  const done = new Set<string>();
  try {
    if (existsSync(path)) {
      for await (const line of readLines(createReadStream(path))) {
        const read = "text" in line ? parsed(line.text) : undefined;
        if (read && ACCEPTED.has(read.status)) done.add(read.row);
      }
    }
    const file = openSync(path, "a", 0o600);
    if (isCut(path)) writeSync(file, "\n");
    return {
      isDone: (row) => done.has(digestOf(row)),
      add(result, row) {
        writeSync(file, `${JSON.stringify({ ...result, row: digestOf(row) })}\n`);
      },
      close: () => closeSync(file),
    };
  } catch (error) {
    throw badWords(`${path} cannot be used for the results: ${(error as NodeJS.ErrnoException).code ?? error}.`);
  }
}

function digestOf(row: string): string {
  return createHash("sha256").update(row).digest("base64url").slice(0, 22);
}

function parsed(text: string): { status: number; row: string } | undefined {
  try {
    const { status, row } = JSON.parse(text) as Record<string, unknown>;
    return typeof status === "number" && typeof row === "string" ? { status, row } : undefined;
  } catch {
    return undefined;
  }
}

function isCut(path: string): boolean {
  const { size } = statSync(path);
  if (size === 0) return false;
  const file = openSync(path, "r");
  const last = Buffer.alloc(1);
  readSync(file, last, 0, 1, size - 1);
  closeSync(file);
  return last[0] !== 0x0a;
}
