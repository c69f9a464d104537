// Where many orders go: into the fleet's Redis, or to a gateway's batch. Both answer each row as the order alone is answered.
import { openHide } from "../../../shared/authority/audit/hide.ts";
import { auditTrail } from "../../../shared/authority/audit/trail.ts";
import type { Result } from "../../../shared/base/result.ts";
import { inOrder } from "../../../shared/bulk/in-order.ts";
import type { Line } from "../../../shared/bulk/lines.ts";
import { placing } from "../../bulk/place-line.ts";
import type { ResultLine } from "../../bulk/result-line.ts";
import { PROBLEM_PAGES, problemKind, typeOf } from "../../http/problems.ts";
import type { Fleet } from "../fleet.ts";
import type { Call } from "../port/http-call.ts";
import { isResult } from "../port/orders.ts";

/** A row and what became of it. */
export interface Answered {
  row: Line;
  result: ResultLine;
}

export type BulkDoor = (rows: AsyncIterable<Line>, options: { dryRun: boolean }) => AsyncGenerator<Answered>;

/** Thrown where nothing can be asked at all, such as without a valid key. */
export class DoorClosed extends Error {
  readonly result: Result;

  constructor(result: Result) {
    super(result.note);
    this.result = result;
  }
}

const AT_ONCE = 32;

export async function redisDoor(fleet: Fleet): Promise<BulkDoor> {
  const audit = auditTrail({ redis: fleet.redis, keys: fleet.keys, clock: fleet.clock });
  const hide = await openHide(fleet);
  const needs = {
    ...{ ...fleet, audit, hide, from: null },
    // A job that is lost is created again by the sweeper.
    enqueue: (reference: string) =>
      fleet.enqueue("open", { reference }).then(
        () => undefined,
        () => undefined,
      ),
    onTrouble: () => undefined,
  };
  return (rows, { dryRun }) => {
    const place = placing(needs, { dryRun });
    return inOrder(rows, AT_ONCE, async (row) => ({ row, result: await place(row) }));
  };
}

/** Rows of one request: what is lost with a connection is sent once more. */
const ROWS = 200;
const BYTES = 1_048_576;
const TRY_MS = 120_000;
/** Lines that were answered with "send the same again" are, so often. */
const MOST_TRIES = 4;

export function httpDoor(call: Call, pause: (ms: number) => Promise<unknown>): BulkDoor {
  const ask = async (rows: readonly Line[], dryRun: boolean): Promise<ResultLine[]> => {
    // A line that could not be read is told as the gateway would tell it: what cannot be sent is no JSON there either.
    const text = rows.map((row) => ("text" in row ? row.text.replace(/\r?\n/g, " ") : "{")).join("\n");
    const query = dryRun ? { dryRun: "true" } : {};
    const answer = await call("POST", "/certificates:batch", { query, lines: text, ms: TRY_MS });
    if (isResult(answer)) throw new DoorClosed(answer);
    return `${answer.body}`.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as ResultLine]));
  };

  const settle = async (rows: readonly Line[], dryRun: boolean): Promise<Answered[]> => {
    const found = new Map<number, ResultLine>();
    for (let tries = 1; tries <= MOST_TRIES; tries++) {
      const open = rows.filter(({ number }) => (found.get(number)?.status ?? 503) === 503);
      if (open.length === 0) break;
      if (tries > 1) await pause(500 * 2 ** tries);
      for (const result of await ask(open, dryRun)) {
        const row = result.reference === null && result.status === 503 ? undefined : open[result.line - 1];
        if (row) found.set(row.number, { ...result, line: row.number });
      }
    }
    return rows.flatMap((row) => {
      const result = found.get(row.number) ?? unanswered(row);
      return { row, result: "fault" in row ? withFault(result, row.fault) : result };
    });
  };

  return async function* (rows, { dryRun }) {
    let waiting: Line[] = [];
    let bytes = 0;
    for await (const row of rows) {
      waiting.push(row);
      bytes += "text" in row ? row.text.length : 0;
      if (waiting.length < ROWS && bytes < BYTES) continue;
      yield* await settle(waiting, dryRun);
      waiting = [];
      bytes = 0;
    }
    if (waiting.length > 0) yield* await settle(waiting, dryRun);
  };
}

function unanswered({ number }: Line): ResultLine {
  const detail = "The gateway gave no answer for it. Nothing is known to have happened. Send the same again.";
  const code = "unavailable";
  const { title } = problemKind(code);
  return {
    line: number,
    reference: null,
    status: 503,
    problem: { type: typeOf(code, PROBLEM_PAGES), code, title, status: 503, detail },
  };
}

function withFault(result: ResultLine, fault: string): ResultLine {
  return result.problem ? { ...result, problem: { ...result.problem, detail: fault } } : result;
}
