// `policy forecast`: what the policy will do in the years to come, for one certificate or all; two policies side by side.
import { failure, type Listed, type Result } from "../../../shared/base/result.ts";
import { forecastFleet, type Wanted } from "../../../shared/forecast/fleet-forecast.ts";
import type { Forecast } from "../../../shared/forecast/forecast.ts";
import { remainderText } from "../../../shared/forecast/remainder.ts";
import { type Counts, countables } from "../../../shared/forecast/tally.ts";
import { listedFields } from "../columns.ts";
import { type Fleet, notFound } from "../fleet.ts";
import { table } from "../table.ts";

const LONGEST_YEARS = 10;
const LONGEST_LEAD_DAYS = 200;

/** As JSON it is what `GET /v1/forecast` answers. */
export async function forecastPolicy(
  wanted: Wanted,
  fleet:
    | Pick<Fleet, "certificates" | "accounts" | "policyFor" | "clock">
    | { forecast: (wanted: Wanted) => Promise<Forecast> },
): Promise<Result> {
  const { reference, years, before = 1 } = wanted;
  if (years > LONGEST_YEARS) return failure("usage", `--years must be a whole number from 1 to ${LONGEST_YEARS}.`);
  if (before > LONGEST_LEAD_DAYS)
    return failure("usage", `--before must be a whole number from 1 to ${LONGEST_LEAD_DAYS}.`);
  const made = "forecast" in fleet ? await fleet.forecast(wanted) : await forecastFleet(wanted, fleet);
  if (!made) return notFound(reference ?? "");
  const happens = forecastTable(made) || "Nothing will happen.";
  return {
    ending: "done",
    text: [...forecastSentences(made), "", happens].join("\n"),
    json: made,
    listed: rowsOf(made),
  };
}

/** A row for each step and policy, with what was counted and the cost by currency. */
function rowsOf({ policies }: Forecast): Listed {
  const rows = policies.flatMap(({ label, rows: steps }) => steps.map((row) => ({ policy: label, ...row })));
  const currencies = [...new Set(policies.flatMap(({ totals }) => Object.keys(totals.cost)))].sort();
  return listedFields(rows, ["policy", "from", ...countables, ...currencies.map((each) => `cost.${each}`)].join(" "));
}

/** Names of the policies where there are two to compare. */
const SIDES = ["now", "then"];

interface Column {
  head: string;
  cell: (counts: Counts | undefined) => string;
}

/** Empty where nothing will happen. */
function forecastTable({ by, policies }: Forecast): string {
  const columns = columnsOf(policies.map(({ totals }) => totals));
  if (columns.length === 0) return "";
  const begins = [...new Set(policies.flatMap(({ rows }) => rows.map(({ from }) => from)))].sort();
  const bySide = policies.map(({ rows }) => new Map(rows.map((row) => [row.from, row])));
  const cells = (countsOf: (side: number) => Counts | undefined): string[] =>
    columns.flatMap(({ cell }) => policies.map((_, side) => cell(countsOf(side))));
  const lines = [
    ...(policies.length > 1 ? [["", ...columns.flatMap(() => SIDES)]] : []),
    ...begins.map((from) => [by === "month" ? from.slice(0, 7) : from, ...cells((side) => bySide[side]?.get(from))]),
    ["TOTAL", ...cells((side) => policies[side]?.totals)],
  ];
  const head = columns.flatMap(({ head: name }) => [name, ...policies.slice(1).map(() => "")]);
  return numbersRight([by.toUpperCase(), ...head], lines);
}

/** What the table's numbers are of, and what they leave out. */
function forecastSentences({ from, to, certificates, policies, remainder, ...left }: Forecast): string[] {
  const names = policies.length > 1 ? policies.map(({ label }, side) => `${SIDES[side]}: ${label}`).join("; ") : "";
  const { leftOut, ownPolicy, unpriced } = left;
  return [
    `${some(certificates, "certificate")}, ${from} to ${to}${names && ` (${names})`}.`,
    leftOut > 0 ? `${some(leftOut, "order")} left out: cancelled, refused, or taken in and not adopted.` : "",
    names && ownPolicy > 0
      ? `${some(ownPolicy, "certificate")} with a policy in ${its(ownPolicy)} order: the same on both sides.`
      : "",
    unpriced > 0
      ? `${some(unpriced, "certificate")} without a known price: purchases are counted, their cost is not.`
      : "",
    remainder ? remainderText(remainder, Object.keys(policies[0]?.totals.cost ?? {})[0] ?? "") : "",
  ].filter(Boolean);
}

/** Those in which anything stands. */
function columnsOf(totals: readonly Counts[]): Column[] {
  const counted = countables.map((what) => ({
    head: what.toUpperCase(),
    cell: (counts?: Counts) => `${counts?.[what] || "–"}`,
  }));
  const currencies = [...new Set(totals.flatMap(({ cost }) => Object.keys(cost)))].sort();
  const spent = currencies.map((currency) => ({
    head: currency,
    cell: (counts?: Counts) => counts?.cost[currency] ?? "–",
  }));
  return [...counted, ...spent].filter(({ cell }) => totals.some((each) => cell(each) !== "–"));
}

/** All columns but the first are numbers, and end where their heads end. */
function numbersRight(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const aligned = [head, ...rows].map((row) => row.map((cell, i) => (i === 0 ? cell : cell.padStart(widths[i] ?? 0))));
  return table(aligned[0] ?? [], aligned.slice(1));
}

function some(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

function its(count: number): string {
  return count === 1 ? "its" : "their";
}
