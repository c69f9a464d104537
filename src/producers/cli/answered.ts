// A "no" in the middle of a verb, with its words and its exit code: thrown where only a "yes" is worth a return value.
import type { Result } from "../../shared/base/result.ts";

export class Answered extends Error {
  readonly result: Result;

  constructor(result: Result) {
    super(result.note ?? "");
    this.name = "Answered";
    this.result = result;
  }
}
