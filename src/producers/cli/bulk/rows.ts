// A file of many orders, row by row, as the batch takes them: JSON in one line, with the number of the line in the file.
import { createReadStream } from "node:fs";
import { extname } from "node:path";
import type { Readable } from "node:stream";
import { type Line, readLines } from "../../../shared/bulk/lines.ts";
import { badWords } from "../bad-words.ts";
import { csvRows } from "./csv.ts";

export const BULK_FORMATS = ["json", "ndjson", "csv"] as const;
export type BulkFormat = (typeof BULK_FORMATS)[number];

const BY_ENDING: Readonly<Record<string, BulkFormat>> = {
  ".ndjson": "ndjson",
  ".jsonl": "ndjson",
  ".csv": "csv",
  ".tsv": "csv",
};

/** What a file holds, by what was said, else by its ending; one order where neither tells. */
export function formatOf(path: string, given?: BulkFormat): BulkFormat {
  return given ?? BY_ENDING[extname(path).toLowerCase()] ?? "json";
}

/** @throws Error of wrong usage where the file cannot be read, or its columns are no fields of an order */
export async function* readRows(path: string, format: "ndjson" | "csv", stdin: Readable): AsyncGenerator<Line> {
  const source = path === "-" ? stdin : createReadStream(path, { highWaterMark: 65_536 });
  try {
    yield* format === "csv" ? csvRows(source) : readLines(source);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== undefined && /^(E[A-Z]+)$/.test(code)) throw badWords(`${path} cannot be read: ${code}.`);
    throw error;
  }
}

/** How many rows there are, for the progress; a CSV that cannot be read is told before anything is done with it. */
export async function countRows(path: string, format: "ndjson" | "csv"): Promise<number> {
  let count = 0;
  for await (const _row of readRows(path, format, process.stdin)) count++;
  return count;
}
