// Reads what a person hands over: a file, or standard input for "-".

import { readFile } from "node:fs/promises";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { Fault } from "../../shared/base/fault.ts";
import { failure, type Result } from "../../shared/base/result.ts";

/** The text, or why it cannot be had. */
export async function readInput(path: string, stdin: Readable): Promise<{ input: string } | Result> {
  try {
    return { input: path === "-" ? await text(stdin) : await readFile(path, "utf8") };
  } catch (error) {
    return failure("usage", `${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? "unknown reason"}.`);
  }
}

/** All that is wrong with what was handed over, one a line. */
export function wrong(faults: readonly Fault[]): Result {
  const lines = faults.map(({ field, message }) => `${field || "order"}: ${message}`);
  return failure("usage", lines.join("\n"), { faults });
}
