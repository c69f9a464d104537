// A storm in words: one sentence a promise, and a table of what happened.
import { table } from "../../src/producers/cli/table.ts";
import type { Ending } from "./ending.ts";
import type { Promised } from "./promises.ts";

/** More faults of one promise than this help nobody; the folder has all of them. */
const MOST = 5;

export function promiseLines(promises: readonly Promised[]): string {
  return promises.map(linesOf).join("\n");
}

function linesOf({ sentence, faults }: Promised): string {
  if (faults.length === 0) return `  ✓ ${sentence}.`;
  const shown = faults.slice(0, MOST).map((fault) => `      ${fault}`);
  const more = faults.length > MOST ? [`      … and ${faults.length - MOST} more`] : [];
  return [`  ✗ ${sentence}.`, ...shown, ...more].join("\n");
}

/** A column a storm. */
export function summary(endings: readonly Ending[]): string {
  const row = (name: string, cell: (ending: Ending) => number | string): string[] => [
    name,
    ...endings.map((each) => `${cell(each)}`),
  ];
  const attempts = (state: string) => (ending: Ending) =>
    ending.orders.flatMap((each) => each.attempts).filter((attempt) => attempt.state === state).length;
  const losses = ({ outages }: Ending) => outages.flatMap(({ loss }) => loss ?? []);
  return table(
    ["", ...endings.map(({ plan }) => `redis ${plan.fate}`)],
    [
      row("seconds", ({ tookMs }) => Math.round(tookMs / 1_000)),
      row("orders", ({ orders }) => orders.length),
      row("issued", ({ orders }) => orders.filter(({ certificate }) => certificate?.record.issue).length),
      row("parked", ({ orders }) => orders.filter(({ certificate }) => certificate?.state === "PARKED").length),
      row("slots bought", ({ slots }) => slots.length),
      row("purchases sent", ({ purchasesAsked }) => purchasesAsked),
      row("given up, bought again", attempts("ABANDONED")),
      row("calls to eNom", ({ calls }) => calls),
      row("lost before / after effect", ({ lost }) => `${lost.before} / ${lost.after}`),
      row("workers killed", ({ kills }) => kills),
      row("Redis killed", ({ outages }) => outages.length),
      row("loss noticed after", (ending) => listed(losses(ending).map(({ noticedMs }) => secondsOf(noticedMs)))),
      row("steps given back", (ending) => listed(losses(ending).map(({ rebuiltSteps }) => `${rebuiltSteps}`))),
      row("orders sent again", (ending) => listed(losses(ending).map(({ sentAgain }) => `${sentAgain}`))),
    ],
  );
}

function listed(words: readonly string[]): string {
  return words.join(", ") || "–";
}

function secondsOf(ms: number | null): string {
  return ms === null ? "never" : `${(ms / 1_000).toFixed(1)} s`;
}
