// CSV (RFC 4180, and as spreadsheets write it) into orders: the header names fields, an empty cell is a field that is absent.
import { Readable } from "node:stream";
import { CsvError, type Info, parse } from "csv-parse";
import { readUtf8 } from "../../../shared/base/utf8.ts";
import { LINE_BYTES, type Line } from "../../../shared/bulk/lines.ts";
import { badWords } from "../bad-words.ts";
import { type ColumnKind, readHeader } from "./columns.ts";

/** In this order where a header has as many of one as of the other. */
const DELIMITERS = [",", ";", "\t", "|"] as const;

/** Also mixed, as files are that several programs wrote. */
const LINE_ENDS = ["\r\n", "\n", "\r"];

interface Read {
  record: string[];
  info: Info;
}

/** `number`: of the line on which the row begins. @throws Error of wrong usage: no UTF-8, no CSV, no such columns */
export async function* csvRows(source: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  let columns: { path: string[]; kind: ColumnKind }[] | undefined;
  for await (const { cells, number } of csvRecords(source)) {
    if (!columns) {
      const header = readHeader(cells);
      if ("faults" in header) throw badWords(header.faults.join("\n"));
      ({ columns } = header);
    } else yield rowOf(cells, columns, number);
  }
}

/**
 * The rows of any CSV, the header first; empty ones are left out. `number`: of the line on which the row begins.
 * `relaxQuotes`: a quotation mark within a cell, as in `="900123"`, is a part of it.
 * @throws Error of wrong usage: no UTF-8, no CSV, an empty file
 */
export async function* csvRecords(
  source: AsyncIterable<Buffer>,
  { relaxQuotes = false } = {},
): AsyncGenerator<{ cells: string[]; number: number }> {
  const pieces = textIn(source);
  const first = await headOf(pieces);
  const delimiter = delimiterOf(first);
  const parser = parse({
    ...{
      delimiter,
      info: true,
      relax_quotes: relaxQuotes,
      relax_column_count: true,
      skip_empty_lines: true,
      record_delimiter: LINE_ENDS,
      max_record_size: LINE_BYTES,
    },
  });
  Readable.from(
    (async function* () {
      yield first;
      yield* pieces;
    })(),
  )
    .on("error", (error) => parser.destroy(error))
    .pipe(parser);

  let isHeader = true;
  let ended = 0;
  try {
    for await (const { record, info } of parser as AsyncIterable<Read>) {
      const number = ended + 1 + blankBefore(record, info.lines - ended);
      ended = info.lines;
      if (isHeader || record.some((cell) => cell.trim() !== "")) yield { cells: record, number };
      isHeader = false;
    }
  } catch (error) {
    throw error instanceof CsvError ? badWords(csvFault(error)) : error;
  }
  if (isHeader) throw badWords("The file is empty: its first line must name the columns.");
}

/** Line feeds in a record are its own; what else was passed since the last one were blank lines. */
function blankBefore(record: readonly string[], lines: number): number {
  const own = record.reduce((sum, cell) => sum + (cell.match(/\r\n|\n|\r/g)?.length ?? 0), 0);
  return Math.max(0, lines - own - 1);
}

function rowOf(
  record: readonly string[],
  columns: readonly { path: string[]; kind: ColumnKind }[],
  number: number,
): Line {
  if (record.length > columns.length && record.slice(columns.length).some((cell) => cell.trim() !== ""))
    return { number, fault: `The row has ${record.length} cells, and the header ${columns.length}.`, isTooLong: false };
  const order: Record<string, unknown> = {};
  for (const [at, { path, kind }] of columns.entries()) {
    const cell = record[at] ?? "";
    if (cell.trim() !== "") put(order, path, cellValue(cell, kind));
  }
  return { number, text: JSON.stringify(order) };
}

function cellValue(cell: string, kind: ColumnKind): unknown {
  const text = cell.trim();
  if (kind === "number" && /^-?\d{1,9}$/.test(text)) return Number(text);
  if (kind === "boolean" && /^(true|false)$/i.test(text)) return text.toLowerCase() === "true";
  if (kind === "list") return text.split(/[\s,;|]+/).filter((each) => each !== "");
  return cell;
}

/** Paths come from the header, which was checked: no name in them reaches a prototype. */
function put(order: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let at: Record<string, unknown> | unknown[] = order;
  for (const [i, name] of path.entries()) {
    if (Array.isArray(at)) {
      at.push(value);
      return;
    }
    if (i === path.length - 1) {
      at[name] = value;
      return;
    }
    const isList = /^\d+$/.test(path[i + 1] ?? "");
    const inner: unknown = at[name];
    const next: Record<string, unknown> | unknown[] =
      typeof inner === "object" && inner !== null ? (inner as Record<string, unknown>) : isList ? [] : {};
    at[name] = next;
    at = next;
  }
}

/** The text, without a byte order mark. @throws Error that says on which line it is no UTF-8 */
async function* textIn(source: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let lines = 1;
  let isFirst = true;
  for await (const bytes of source) {
    const wrong = isFirst && bytes.length >= 2 ? readUtf8(bytes.subarray(0, 64)).fault : undefined;
    if (wrong?.includes("UTF-16")) throw badWords(`The file must be UTF-8: ${wrong}`);
    isFirst = false;
    try {
      const text = decoder.decode(bytes, { stream: true });
      lines += text.match(/\n/g)?.length ?? 0;
      yield text;
    } catch {
      throw badWords(notUtf8(lines, bytes));
    }
  }
  try {
    decoder.decode();
  } catch {
    throw badWords(notUtf8(lines));
  }
}

function notUtf8(before: number, bytes: Buffer = Buffer.alloc(0)): string {
  const fault = readUtf8(bytes).fault ?? "it ends within a letter.";
  const told = fault.replace(/^line (\d+) /, (_line, line: string) => `line ${Number(line) + before - 1} `);
  return `The file must be UTF-8: ${told} Spreadsheets can save it as "CSV UTF-8".`;
}

/** The text up to the end of the header, and what came with it. */
async function headOf(pieces: AsyncGenerator<string>): Promise<string> {
  let head = "";
  while (!/\n/.test(head) && head.length <= LINE_BYTES) {
    const { value, done } = await pieces.next();
    if (done) break;
    head += value;
  }
  return head;
}

/** The one that stands most often in the header, outside quotes. */
function delimiterOf(head: string): string {
  const header = (/^\s*(.*)/.exec(head)?.[1] ?? "").replace(/"[^"]*"/g, "");
  const countOf = (delimiter: string): number => header.split(delimiter).length;
  return DELIMITERS.reduce((best, each) => (countOf(each) > countOf(best) ? each : best));
}

const CSV_FAULTS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: "a cell begins with a quotation mark, and no other one ends it",
  CSV_INVALID_CLOSING_QUOTE:
    "behind the quotation mark that ends a cell something else follows; a mark in a cell is doubled",
  INVALID_OPENING_QUOTE:
    "a quotation mark stands within a cell that does not begin with one; quote the cell, and double the mark",
  CSV_MAX_RECORD_SIZE: "a row is longer than 256 KiB: is a quotation mark missing?",
};

function csvFault(error: CsvError): string {
  const { lines } = error as unknown as { lines?: number };
  return `The file is not valid CSV: line ${lines ?? "?"}: ${CSV_FAULTS[error.code] ?? error.code}.`;
}
