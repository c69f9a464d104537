// What a verb's work answers as an answer over HTTP: the same words, as a problem where it says no.
import type { Result } from "../../../../shared/base/result.ts";
import { invalid, type ProblemError, type ProblemName, problem } from "../../problems.ts";

const PROBLEMS: Partial<Record<Result["ending"], ProblemName>> = {
  "not-found": "not-found",
  conflict: "not-now",
  later: "unavailable",
  failed: "not-now",
};

/** `field`: what is wrong where the words of the caller are. @throws the problem */
export function done<T extends object>(answer: T | Result, field: string): T {
  if (!("ending" in answer)) return answer;
  if (answer.ending === "done") return answer.json as T;
  throw problemOf(answer, field);
}

function problemOf({ ending, note = "" }: Result, field: string): ProblemError {
  const name = PROBLEMS[ending];
  return name ? problem(name, note) : invalid([{ field, message: note }]);
}
