// Reads what a person hands over: a file, or standard input for "-"; and the JSON in it.

import { readFile } from "node:fs/promises";
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { Fault } from "../../shared/base/fault.ts";
import { readJson } from "../../shared/base/json.ts";
import { failure, type Result } from "../../shared/base/result.ts";
import { readUtf8 } from "../../shared/base/utf8.ts";

/** The text, without a byte order mark, or why it cannot be had. */
export async function readInput(path: string, stdin: Readable): Promise<{ input: string } | Result> {
  try {
    const read = readUtf8(path === "-" ? await buffer(stdin) : await readFile(path));
    const named = path === "-" ? "Standard input" : path;
    return read.text === undefined ? failure("usage", `${named} must be UTF-8: ${read.fault}`) : { input: read.text };
  } catch (error) {
    return failure("usage", `${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? "unknown reason"}.`);
  }
}

/** What the JSON of a file says, or where it is no JSON. `what`: the order, the notification. */
export function readJsonOf(what: string, text: string): { value: unknown } | Result {
  const read = readJson(text);
  return "value" in read ? read : failure("usage", `The ${what} is not valid JSON: ${read.fault}`);
}

/** All that is wrong with what was handed over, one a line. `what`: the order, the notification. */
export function wrong(faults: readonly Fault[], what = "order"): Result {
  const lines = faults.map(({ field, message }) => `${field || what}: ${message}`);
  return failure("usage", lines.join("\n"), { faults });
}
