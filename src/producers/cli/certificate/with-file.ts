// Verbs that read one file before they do anything.
import type { Result } from "../../../shared/base/result.ts";

/** `path`: "-" for standard input. What cannot be read is the result. */
export async function withFile(path: string, work: (text: string) => Promise<Result>): Promise<Result> {
  const { readInput } = await import("../input.ts");
  const read = await readInput(path, process.stdin);
  return "ending" in read ? read : work(read.input);
}
