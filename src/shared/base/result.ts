// What a verb of the command line answers with: text for people, JSON for programs, an ending for scripts.

/** How a verb ended, and the exit code that says so. 75 is EX_TEMPFAIL of sysexits.h: the same words may do later. */
export const exitCodes = { done: 0, failed: 1, usage: 2, "not-found": 3, conflict: 4, unknown: 5, later: 75 } as const;
export type Ending = keyof typeof exitCodes;

/** As docs/reference/exit-codes.md says it. */
export const exitMeanings: Readonly<Record<Ending, string>> = {
  done: "Done.",
  failed: "Failed. The message says why and what to do.",
  usage: "Wrong usage or wrong settings. Nothing was done.",
  "not-found": "What was asked for does not exist.",
  conflict: "Something stands in the way, for example another order under the same reference. Nothing was changed.",
  unknown: "The outcome is unknown. Look before you try again.",
  later: "Not now, for example because Redis or eNom does not respond. Try the same again later.",
};

export interface Result {
  ending: Ending;
  /** On stdout; empty when there is nothing to show. */
  text: string;
  /** On stdout instead of the text with `--json`. */
  json: unknown;
  /** Talk, on stderr. */
  note?: string;
  /** Of what lists or shows things: what `-o wide`, `csv` and `ndjson` print. */
  listed?: Listed;
}

export type Cell = string | number | boolean | null;

/** Things in rows; they may come one after the other. */
export interface Listed {
  columns: readonly { name: string; isWide: boolean }[];
  items: Iterable<unknown> | AsyncIterable<unknown>;
  /** One cell a column. */
  cellsOf: (item: unknown) => Cell[];
}

/** Why there is no result. Programs get `{error, message}` and what else helps them. */
export function failure(ending: Exclude<Ending, "done">, message: string, more: Record<string, unknown> = {}): Result {
  return { ending, text: "", note: message, json: { error: ending, message, ...more } };
}

/** One thing that `doctor` looked at: ok, ill (the fleet does not do its work, see the remedy), warn (it works, and should be changed), or skipped: not looked at, and why. */
export interface Finding {
  name: string;
  state: "ok" | "ill" | "warn" | "skipped";
  detail: string;
  remedy?: string;
}
