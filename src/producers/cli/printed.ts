// A verb's result as text for a person or for a program: page, table, JSON, NDJSON or CSV. Nothing in it steers a terminal.
import { once } from "node:events";
import type { Writable } from "node:stream";
import type { Listed, Result } from "../../shared/base/result.ts";
import { escapedUnseen, withoutUnseen } from "../../shared/base/text/unseen.ts";

export const FORMATS = ["table", "wide", "json", "csv", "ndjson"] as const;
export type Format = (typeof FORMATS)[number];

/** Rows of CSV are made and written so many at a time. */
const AT_ONCE = 200;

/** Writes what belongs on standard output. Long lists are written as they come. */
export async function writeResult(result: Result, format: Format, out: Writable): Promise<void> {
  const { listed } = result;
  if (format === "json") return line(out, inert(JSON.stringify(await jsonOf(result), null, 2)));
  if (result.ending !== "done" && !listed) return line(out, printable(result.text));
  if (format === "ndjson") return ndjson(listed?.items ?? [result.json], out);
  if (format === "csv" && listed) return csv(listed, out);
  if (listed && (format === "wide" || !Array.isArray(listed.items))) {
    const items = await itemsOf(listed);
    const { tableOf } = await import("./columns.ts");
    // One thing alone has a page that says more than any row.
    if (items.length !== 1 || result.text === "")
      return line(out, printable(tableOf(listed, items, format === "wide")));
  }
  return line(out, printable(result.text));
}

async function ndjson(items: Listed["items"], out: Writable): Promise<void> {
  for await (const item of items) await line(out, inert(JSON.stringify(item)));
}

/** A cell that a spreadsheet would run as a formula gets an apostrophe before it. */
async function csv({ columns, cellsOf, items }: Listed, out: Writable): Promise<void> {
  const { stringify } = await import("csv-stringify/sync");
  const shape = { escape_formulas: true, cast: { boolean: (value: boolean) => `${value}` } };
  const rowsOf = (cells: unknown[][]): Promise<void> => line(out, printable(stringify(cells, shape).trimEnd()));
  await rowsOf([columns.map(({ name }) => name)]);
  let waiting: unknown[][] = [];
  for await (const item of items) {
    if (waiting.push(cellsOf(item)) < AT_ONCE) continue;
    await rowsOf(waiting);
    waiting = [];
  }
  if (waiting.length > 0) await rowsOf(waiting);
}

export async function itemsOf({ items }: Listed): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function jsonOf({ json, listed }: Result): Promise<unknown> {
  if (!listed || Array.isArray(listed.items)) return json;
  return { items: await itemsOf(listed), nextCursor: null };
}

async function line(out: Writable, text: string): Promise<void> {
  if (text === "" || out.destroyed) return;
  if (!out.write(`${text}\n`)) await Promise.race([once(out, "drain"), once(out, "close")]);
}

/** What others wrote (eNom, customers) must not steer the terminal. */
export function printable(text: string): string {
  return withoutUnseen(text.replace(STEERING, ""));
}

/** JSON keeps every character, as an escape where a terminal would obey it. */
export function inert(text: string): string {
  return escapedUnseen(text.replace(STEERING, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`));
}

/** Control characters but the line feed. */
const STEERING = /(?!\n)\p{Cc}/gu;
