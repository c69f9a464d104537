// The one place where a verb's answer becomes output: results on stdout, talk on stderr, an exit code at the end.
import type { Writable } from "node:stream";
import { Refused, Unavailable, Uncertain } from "../../shared/base/errors.ts";
import { exitCodes, failure, type Result } from "../../shared/base/result.ts";
import { escapedUnseen, withoutUnseen } from "../../shared/base/text/unseen.ts";
import { isRedisTrouble } from "../../shared/redis/connection/trouble.ts";
import { RedisUnusable } from "../../shared/redis/connection/words.ts";

export interface Terminal {
  out: Writable;
  err: Writable;
  /** Shows where unexpected errors come from. */
  debug: boolean;
  exit: (code: number) => void;
}

/** Runs a verb and shows what it answers; with `json` stdout carries one JSON document, whatever the answer. */
export type PrintResult = (options: { json?: boolean }, verb: () => Promise<Result> | Result) => Promise<void>;

export function answerOn(terminal: Terminal): PrintResult {
  return async ({ json = false }, verb) => {
    const result = await resultOf(verb, terminal.debug);
    const shown = json ? inert(JSON.stringify(result.json, null, 2)) : printable(result.text);
    if (shown !== "") terminal.out.write(`${shown}\n`);
    if (result.note) terminal.err.write(`${printable(result.note)}\n`);
    terminal.exit(exitCodes[result.ending]);
  };
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

/** What others wrote (eNom, customers) must not steer the terminal. */
export function printable(text: string): string {
  return withoutUnseen(text.replace(STEERING, ""));
}

/** JSON keeps every character, as an escape where a terminal would obey it. */
function inert(text: string): string {
  return escapedUnseen(text.replace(STEERING, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`));
}

/** Control characters but the line feed. */
const STEERING = /(?!\n)\p{Cc}/gu;
