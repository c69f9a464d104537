// How much memory a process keeps that stays up: Node's own measure is for a machine of its own, and a fleet is six processes.
import { flushCompileCache } from "node:module";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * Of what is made and thrown away a process keeps 2 × 4 MB, and not 2 × 32 MB. V8 reads it when it begins, so it is given to
 * the program that is started; `bin/certfleet` gives the same.
 */
export const MEMORY_FLAGS: readonly string[] = ["--max-semi-space-size=4"];

/** V8 looks for garbage when the heap has grown by so much, and not when it is four times as large. */
const GROWN_PERCENT = 50;
/** A part that was just started has work first. */
const SETTLED_MS = 4_000;

/** Flags for a process that is started as one of the fleet; none where somebody has set how much memory Node takes. */
export function memoryFlags(env: NodeJS.ProcessEnv, given: readonly string[] = process.execArgv): readonly string[] {
  return isSetByHand(env, given) ? [] : MEMORY_FLAGS;
}

/**
 * Called when everything is at work: shortly after, what only the start needed is given back, and the compiled code is kept for
 * the next start, since a process may be killed at any time.
 */
export function settleMemory(env: NodeJS.ProcessEnv, afterMs = SETTLED_MS): void {
  setTimeout(() => {
    flushCompileCache();
    if (isSetByHand(env, withoutOurs(process.execArgv))) return;
    setFlagsFromString(`--heap-growing-percent=${GROWN_PERCENT}`);
    setFlagsFromString("--expose-gc");
    const collect: NodeJS.GCFunction = runInNewContext("gc");
    collect({ type: "major", execution: "sync", flavor: "last-resort" });
  }, afterMs).unref();
}

function withoutOurs(given: readonly string[]): string[] {
  return given.filter((flag) => !MEMORY_FLAGS.includes(flag));
}

/** Node's own words for it, on its command line or in NODE_OPTIONS. */
function isSetByHand({ NODE_OPTIONS = "" }: NodeJS.ProcessEnv, given: readonly string[]): boolean {
  return /--(max|min)[-_](semi[-_]space|old[-_]space|heap)[-_]size|--optimize[-_]for[-_]size/.test(
    [NODE_OPTIONS, ...given].join(" "),
  );
}
