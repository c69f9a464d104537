// What `npm start` says last when real money is at stake: what `doctor` found, so that "up" is not mistaken for "well".
import { setTimeout as pause } from "node:timers/promises";
import type { Result } from "../shared/base/result.ts";

/** Looks at everything, as `certfleet doctor` does. */
export type Examine = () => Promise<Result>;

/** Workers that were started a moment ago may not have given a sign of life yet. */
const WORKERS_MS = 12_000;
const AGAIN_MS = 1_000;
/** An eNom or a mail server that hangs must not hold up the start. */
const MOST_MS = 25_000;

interface Told {
  findings: { name: string; state: string; detail: string; remedy: string }[];
  notLookedAt: { name: string }[];
}

/** Never fails and never hangs: what could not be found out in time is said so. */
export async function examined(
  examine: Examine,
  signal: AbortSignal,
  { mostMs = MOST_MS, workersMs = WORKERS_MS }: { mostMs?: number; workersMs?: number } = {},
): Promise<string> {
  const late = new AbortController();
  const ended = AbortSignal.any([signal, late.signal]);
  const nothing = pause(mostMs, undefined, { signal: ended }).then(
    () => `doctor needs longer than ${mostMs / 1_000} seconds. See what it finds: certfleet doctor`,
    () => "",
  );
  const found = whenUp(examine, { workersMs, ended }).then(said, (error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    return `doctor could not look (${why}). Try it: certfleet doctor`;
  });
  return Promise.race([found, nothing]).finally(() => late.abort());
}

/** Looks again while workers are being started. */
async function whenUp(
  examine: Examine,
  { workersMs, ended }: { workersMs: number; ended: AbortSignal },
): Promise<Told> {
  for (const end = performance.now() + workersMs; ; ) {
    const told = (await examine()).json as Told;
    const isStarting = told.findings.some(({ name, state }) => state === "ill" && name.startsWith("Worker "));
    if (!isStarting || performance.now() > end || ended.aborted) return told;
    await pause(AGAIN_MS, undefined, { signal: ended });
  }
}

function said({ findings, notLookedAt }: Told): string {
  const signs: Readonly<Record<string, string>> = { ill: "✗", warn: "!" };
  const bad = findings.filter(({ state }) => state !== "ok");
  const lines = bad.map(({ name, state, detail, remedy }) =>
    [
      `${signs[state]} ${name}: ${detail.replaceAll("\n", "\n    ")}`,
      ...(remedy === "" ? [] : [`    → ${remedy}`]),
    ].join("\n"),
  );
  const names = [...new Set(notLookedAt.map(({ name }) => name))].join(", ");
  const rest = names === "" ? "" : ` Not looked at: ${names}.`;
  const count = findings.length - bad.length;
  const well = `${count} ${count === 1 ? "check" : "checks"} found no problem.${rest}`;
  if (bad.length === 0) return `certfleet doctor: ${well}`;
  return `certfleet doctor found this:\n\n${lines.map((line) => line.replace(/^/gm, "  ")).join("\n")}\n\n${well}`;
}
