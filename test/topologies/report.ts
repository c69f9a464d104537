// The matrix in words: a line a case, and below it what was promised and not kept.
import { table } from "../../src/producers/cli/table.ts";
import type { Verdict } from "./judge.ts";

/** More of one case help nobody; the folder has all of them. */
const MOST = 6;
const HEAD = [
  "case",
  "recovered",
  "503",
  "500",
  "slowest",
  "orders",
  "issued",
  "purchases",
  "lost",
  "doubled",
  "took",
  "verdict",
];

export interface Skipped {
  name: string;
  story: string;
  why: string;
}

export function lineOf(verdict: Verdict): string[] {
  const { name, recoveredMs, count503, count500, slowestMs, tookMs, faults } = verdict;
  const { orders, issued, purchases, lost, doubled } = verdict;
  return [
    name,
    recoveredMs === null ? "–" : seconds(recoveredMs),
    ...[count503, count500].map(String),
    seconds(slowestMs),
    ...[orders, issued, purchases, lost, doubled].map(String),
    seconds(tookMs),
    faults.length === 0 ? "kept" : "BROKEN",
  ];
}

export function summary(played: readonly (Verdict | Skipped)[]): string {
  const rows = played.map((each) =>
    "why" in each ? [each.name, ...Array(10).fill("–"), `skipped: ${each.why}`] : lineOf(each),
  );
  return table(HEAD, rows as string[][]);
}

/** The last line: how many cases were kept, broken and skipped, and which; and how long all of it took. */
export function endLine(played: readonly (Verdict | Skipped)[], tookMs: number): string {
  const part = (word: string, some: readonly { name: string }[]): string =>
    `${some.length} ${word}${some.length > 0 ? ` (${some.map(({ name }) => name).join(", ")})` : ""}`;
  const verdicts = played.flatMap((each) => ("why" in each ? [] : [each]));
  const minutes = `${Math.floor(tookMs / 60_000)} min ${Math.floor((tookMs % 60_000) / 1_000)} s`;
  return [
    part(
      "kept",
      verdicts.filter((each) => each.faults.length === 0),
    ),
    part(
      "broken",
      verdicts.filter((each) => each.faults.length > 0),
    ),
    part(
      "skipped",
      played.filter((each) => "why" in each),
    ),
    `in ${minutes}`,
  ].join("; ");
}

/** What speaks against one case, a sentence each. */
export function faultLines({ faults }: Verdict): string {
  const shown = faults.slice(0, MOST).map((fault) => `      ${fault}`);
  const more = faults.length > MOST ? [`      … and ${faults.length - MOST} more`] : [];
  return [...shown, ...more].join("\n");
}

export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
