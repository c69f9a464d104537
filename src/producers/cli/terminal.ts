// The one place where a verb's answer becomes output: results on stdout, talk on stderr, an exit code at the end.
import type { Writable } from "node:stream";
import { Refused, Unavailable, Uncertain } from "../../shared/base/errors.ts";
import { exitCodes, failure, type Listed, type Result } from "../../shared/base/result.ts";
import { isRedisTrouble } from "../../shared/redis/connection/trouble.ts";
import { RedisUnusable } from "../../shared/redis/connection/words.ts";
import { Answered } from "./answered.ts";
import { type Format, printable, writeResult } from "./printed.ts";

export interface Terminal {
  out: Writable;
  err: Writable;
  /** Shows where unexpected errors come from. */
  debug: boolean;
  exit: (code: number) => void;
}

/** How a result is shown; `json` is the short form of the format of that name. */
export interface Shape {
  json?: boolean;
  output?: Format;
  /** Again and again, so many seconds apart. */
  watch?: number;
}

/** Prints a list while it is read: its verb ends when all is printed, and answers `PRINTED`. */
export type Stream = (listed: Listed) => Promise<void>;

/** Everything is on stdout already. */
export const PRINTED: Result = { ending: "done", text: "", json: undefined };

/** Runs a verb and shows what it answers; with `json` stdout carries one JSON document, whatever the answer. */
export type PrintResult = (shape: Shape, verb: (stream: Stream) => Promise<Result> | Result) => Promise<void>;

export function answerOn(terminal: Terminal): PrintResult {
  const { out, err, debug, exit } = terminal;
  return async ({ json = false, output = "table", watch: seconds }, verb) => {
    const format = json ? "json" : output;
    const stream: Stream = (listed) => writeResult({ ending: "done", text: "", json: null, listed }, format, out);
    const run = (): Promise<Result> => resultOf(() => verb(stream), debug);
    if (seconds !== undefined)
      return exit(exitCodes[await watched(run, { out, err, format, everyMs: seconds * 1_000 })]);
    const result = await run();
    if (result.json !== undefined) await writeResult(result, format, out);
    if (result.note) err.write(`${printable(result.note)}\n`);
    exit(exitCodes[result.ending]);
  };
}

/** Ctrl-C is how it is meant to end. */
async function watched(
  run: () => Promise<Result>,
  about: { out: Writable; err: Writable; format: Format; everyMs: number },
) {
  const { watch } = await import("./watch.ts");
  const stop = new AbortController();
  const end = (): void => stop.abort();
  process.once("SIGINT", end).once("SIGTERM", end);
  about.out.once("error", end).once("close", end);
  return watch(run, { ...about, signal: stop.signal });
}

async function resultOf(verb: () => Promise<Result> | Result, debug: boolean): Promise<Result> {
  try {
    return await verb();
  } catch (error) {
    return failureOf(error, debug);
  }
}

/** Our own errors speak for themselves; of anything else the stack is shown to those who ask for it. */
export function failureOf(error: unknown, debug: boolean): Result {
  if (error instanceof Answered) return error.result;
  if (!(error instanceof Error)) return failure("failed", String(error));
  const { message } = error;
  if (error.name === "BadSettings") return failure("usage", message);
  if (error instanceof Unavailable) return failure("later", message);
  if (error instanceof Uncertain) return failure("unknown", message);
  if (error instanceof Refused) return failure("failed", message);
  // Redis refused in the middle of a verb or of a start, such as at full memory: no fault of ours, and it passes.
  const isOfRedis = isRedisTrouble(error) && (error as NodeJS.ErrnoException).code === undefined;
  if (isOfRedis) return failure("later", new RedisUnusable("Redis", error).message);
  const more = debug ? (error.stack ?? message) : `${message}\nLOG_LEVEL=debug shows where it comes from.`;
  return failure("failed", `This should not have happened: ${more}`);
}
