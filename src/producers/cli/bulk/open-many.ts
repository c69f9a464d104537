// `certificate open --file orders.ndjson|orders.csv`: a result line for each row; whatever ends it, the same words go on.

import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { failure, type Result } from "../../../shared/base/result.ts";
import type { Line } from "../../../shared/bulk/lines.ts";
import type { ResultLine } from "../../bulk/result-line.ts";
import type { ProgramContext } from "../own-redis.ts";
import { inert, printable } from "../printed.ts";
import { findGateway } from "../target.ts";
import { costsOf, costTable } from "./costs.ts";
import { type BulkDoor, DoorClosed, httpDoor, redisDoor } from "./doors.ts";
import { type Progress, progressOn } from "./progress.ts";
import { NO_RESULTS, openResults, type ResultsFile } from "./results-file.ts";
import { countRows, readRows } from "./rows.ts";

export interface ManyOrders {
  file: string;
  format: "ndjson" | "csv";
  /** Where the results are kept; without it beside the orders. */
  results?: string | undefined;
  brand?: string | undefined;
  dryRun?: boolean | undefined;
  json?: boolean | undefined;
}

export interface Streams {
  stdin: Readable;
  out: Writable & { isTTY?: boolean };
  err: Writable & { isTTY?: boolean; columns?: number };
}

/** Every row is on stdout as soon as it is decided; what comes back is the sum. */
export async function openMany(asked: ManyOrders, context: ProgramContext, streams: Streams): Promise<Result> {
  const { file, format, dryRun = false } = asked;
  // A CSV that is broken anywhere is told before its first order is placed.
  const total = file === "-" ? undefined : await countRows(file, format);
  const path = asked.results ?? (file === "-" || dryRun ? undefined : `${file}.results.ndjson`);
  const kept = path === undefined || dryRun ? NO_RESULTS : await openResults(path);
  const progress = progressOn(streams.err, total);
  try {
    return await throughDoor(context, (door) => placeAll({ asked, door, kept, progress, path }, streams));
  } catch (error) {
    progress.clear();
    if (error instanceof DoorClosed) return error.result;
    throw error;
  } finally {
    kept.close();
  }
}

async function throughDoor<T>(context: ProgramContext, work: (door: BulkDoor) => Promise<T>): Promise<T> {
  const gateway = await findGateway(context);
  if (gateway) {
    const { callTo } = await import("../port/http-call.ts");
    return work(httpDoor(callTo(gateway), setTimeout));
  }
  const { withFleet } = await import("../fleet.ts");
  return withFleet(context, async (fleet) => work(await redisDoor(fleet)));
}

interface Work {
  asked: ManyOrders;
  door: BulkDoor;
  kept: ResultsFile;
  progress: Progress;
  path: string | undefined;
}

async function placeAll({ asked, door, kept, progress, path }: Work, { stdin, out }: Streams): Promise<Result> {
  const { file, format, brand, dryRun = false, json = false } = asked;
  const sum = { accepted: 0, before: 0, refused: 0, later: 0, skipped: 0 };
  const costs = costsOf();
  const print = async (text: string): Promise<void> => {
    if (out.isTTY) progress.clear();
    if (out.destroyed) return;
    if (!out.write(`${text}\n`)) await Promise.race([once(out, "drain"), once(out, "close")]);
  };
  async function* rows(): AsyncGenerator<Line> {
    for await (const line of readRows(file, format, stdin)) {
      const row = brand === undefined ? line : withBrand(line, brand);
      if ("text" in row && kept.isDone(row.text)) {
        sum.skipped += 1;
        progress.step(false);
      } else yield row;
    }
  }
  for await (const { row, result } of door(rows(), { dryRun })) {
    kept.add(result, "text" in row ? row.text : "");
    const isRefused = result.status >= 400;
    if (result.status === 202) sum.accepted += 1;
    else if (!isRefused) sum.before += 1;
    else if (isLater(result)) sum.later += 1;
    else sum.refused += 1;
    costs.add(result);
    await print(json ? inert(JSON.stringify(result)) : printable(wordsOf(result, format)));
    progress.step(isRefused);
  }
  progress.clear();
  if (dryRun) await print(json ? inert(JSON.stringify({ costs: costs.result() })) : `\n${costTable(costs.result())}`);
  return conclusion(sum, { dryRun, path });
}

function withBrand(line: Line, brand: string): Line {
  if (!("text" in line)) return line;
  try {
    const order: unknown = JSON.parse(line.text);
    const isOrder = typeof order === "object" && order !== null && !Array.isArray(order);
    return isOrder ? { ...line, text: JSON.stringify({ ...order, brand }) } : line;
  } catch {
    return line; // told as what it is
  }
}

/** The same row may do later. */
function isLater({ status }: ResultLine): boolean {
  return status === 503 || status === 500;
}

function wordsOf(
  { line, reference, status, rehearsal, problem, normalised, warnings }: ResultLine,
  format: string,
): string {
  const head = `${line}`.padStart(6);
  const name = (reference ?? "–").padEnd(24);
  const outcome = { 202: "accepted", 200: rehearsal ? "would be accepted" : "accepted before" }[status];
  if (outcome !== undefined) {
    const beside = [...(warnings ?? rehearsal?.warnings ?? []).map(({ message }) => message)];
    const changed = (normalised ?? rehearsal?.normalised ?? []).length;
    const more = [...(changed > 0 ? [`${changed} changed in form`] : []), ...beside].join(" ");
    return `${head}  ${name}  ${outcome}${more === "" ? "" : `: ${more}`}`.trimEnd();
  }
  const faults = problem?.errors?.map(({ field, message }) => `${fieldText(field, format)}: ${message}`);
  return `${head}  ${name}  refused (${status}): ${faults?.join(" ") || problem?.detail}`;
}

/** As the column is called. */
function fieldText(field: string, format: string): string {
  return (format === "csv" ? field.replaceAll("/", ".") : field) || "order";
}

function conclusion(
  {
    accepted,
    before,
    refused,
    later,
    skipped,
  }: Record<"accepted" | "before" | "refused" | "later" | "skipped", number>,
  { dryRun, path }: { dryRun: boolean; path: string | undefined },
): Result {
  const number = (count: number): string => count.toLocaleString("en-US");
  const rows = accepted + before + refused + later;
  const parts = [
    ...(dryRun
      ? [`${number(before)} would be accepted`]
      : [`${number(accepted)} accepted`, `${number(before)} accepted before`]),
    `${number(refused)} refused`,
    ...(later > 0 ? [`${number(later)} could not be decided`] : []),
    ...(skipped > 0 ? [`${number(skipped)} skipped: done in an earlier run`] : []),
  ];
  const lines = [
    `${number(rows)} ${rows === 1 ? "row" : "rows"}: ${parts.join(", ")}.`,
    ...(dryRun ? ["Nothing was kept: this was a dry run."] : []),
    ...(later > 0 ? ["Run the same again: rows that are done are skipped."] : []),
    ...(path !== undefined && !dryRun ? [`Results: ${path}`] : []),
  ];
  const note = lines.join("\n");
  if (later > 0) return { ...failure("later", note), json: undefined };
  if (refused > 0) return { ...failure("failed", note), json: undefined };
  return { ending: "done", text: "", json: undefined, note };
}
