// The report of a first contact for a terminal: what eNom said, what differs, what to write into certfleet.yaml.
import {
  type Difference,
  type Facts,
  KIND_WORDS,
  type ProbeReport,
  type Question,
} from "../../../../shared/probe/report.ts";
import { table, timeText } from "../../table.ts";

/** A line of words is cut so long; addresses and yaml are not. */
const WIDTH = 100;
/** Of what does not matter so many are shown; the folder and `--json` have all. */
const MOST_LISTED = 12;

export function reportText(report: ProbeReport): string {
  const { account, host, at, differences, questions, facts, yaml, answers } = report;
  const serious = differences.filter(({ matters }) => matters);
  const others = differences.filter(({ matters }) => !matters);
  const understood = questions.filter(({ outcome }) => outcome === "understood").length;
  const parts = [
    `First contact: account ${account} at ${host}, ${timeText(at)}`,
    `${counted(questions.length, "question")} that change nothing; ${understood} answered as expected.`,
    questionsText(questions),
    serious.length === 0
      ? "✓ Nothing that matters differs: the fleet understands this account."
      : [
          `✗ ${counted(serious.length, "difference")} to settle before anything is bought`,
          ...serious.map(differenceText),
        ].join("\n\n"),
    ...(yaml === "" ? [] : [`For certfleet.yaml\n\n${indented(yaml, "    ")}`]),
    factsText(facts),
    ...(others.length === 0 ? [] : [othersText(others)]),
    ...(answers === "" ? [] : [`The answers, masked, may be sent on: ${answers}`]),
  ];
  return parts.join("\n\n");
}

const SIGNS: Readonly<Record<Question["outcome"], string>> = {
  understood: "✓",
  differs: "✗",
  refused: "✗",
  "no-answer": "✗",
};

/** Many of one command, all understood, are one line. */
function questionsText(questions: readonly Question[]): string {
  const rows = [...Map.groupBy(questions, ({ command }) => command).values()].flatMap((same) => {
    const well = same.filter(({ outcome }) => outcome === "understood");
    const first = same[0];
    if (!first) return [];
    const longest = Math.max(...same.map(({ ms }) => ms));
    const many: string[][] =
      well.length > 1
        ? [
            [
              "✓",
              first.command,
              `${well.length} answers`,
              well[0]?.command === "CertGetCerts" ? (well[0]?.said ?? "") : "all as expected",
              `up to ${longest} ms`,
            ],
          ]
        : well.map(rowOf);
    return [...many, ...same.filter(({ outcome }) => outcome !== "understood").map(rowOf)];
  });
  return indented(table([], rows), "  ");
}

function rowOf({ command, about, outcome, said, ms }: Question): string[] {
  const words =
    outcome === "understood"
      ? said
      : `${outcome === "no-answer" ? "no answer" : outcome}${said === "" ? "" : `: ${said}`}`;
  return [SIGNS[outcome], command, about, short(words), `${ms} ms`];
}

function differenceText(each: Difference, index: number): string {
  const { command, element, kind, seen, means, count, example } = each;
  const often = count > 1 ? `${count} times` : "";
  const where = [often, example ?? ""].filter((part) => part !== "").join(", ");
  return [
    `${index + 1}. ${command}, ${element}: ${KIND_WORDS[kind]}`,
    wrapped(`seen: ${seen}${where === "" ? "" : ` (${where})`}`, "   "),
    wrapped(means, "   "),
    ...(each.switch === null ? [] : [indented(`→ ${each.switch}`, "   ")]),
  ].join("\n");
}

function othersText(others: readonly Difference[]): string {
  const rows = others
    .slice(0, MOST_LISTED)
    .map(({ command, element, kind, seen, count }) => [
      ...[command, element, KIND_WORDS[kind], short(seen, 60)],
      count > 1 ? `${count} times` : "",
    ]);
  const more = others.length - rows.length;
  const rest = more > 0 ? [`  and ${more} more: --json, or --html FILE`] : [];
  return [`Also seen; the fleet goes on with it (${others.length})`, "", indented(table([], rows), "  "), ...rest].join(
    "\n",
  );
}

function factsText({ balance, certificates, products, dates, address, others }: Facts): string {
  const sold = products.filter(({ state }) => state === "sold");
  const statuses = certificates.byStatus.map(({ status, count }) => `${count} ${status}`).join(", ");
  const { total, listed } = certificates;
  const facts: [string, string][] = [
    ["Money", balance ? `${balance.available} can be spent, balance ${balance.balance}` : "not told"],
    [
      "Certificates",
      `${total ?? "?"}${total !== null && listed < total ? ` (${listed} listed)` : ""}${statuses && `, of which ${statuses}`}`,
    ],
    ["Dates", dates.forms.join("; ") || "none seen"],
    ["Clock", dates.clock ?? "eNom did not tell its time"],
    ["Address", address ?? "not told: eNom names it only where it refuses one"],
    ...others.map((line, index): [string, string] => [index === 0 ? "Who buys" : "", line]),
  ];
  const prices = sold.map(({ service, name, price, years }) => [service, name, price ?? "–", years.join(", ") || "–"]);
  const shown =
    prices.length > 0
      ? [`\n${indented(table(["PRODUCT THAT CAN BE ORDERED", "NAME", "A YEAR", "YEARS"], prices), "  ")}`]
      : [];
  return ["The account", "", indented(table([], facts), "  "), ...shown].join("\n");
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

function short(text: string, longest = 70): string {
  return text.length > longest ? `${text.slice(0, longest - 1).trimEnd()}…` : text;
}

function indented(text: string, by: string): string {
  return text
    .split("\n")
    .map((line) => (line === "" ? "" : `${by}${line}`))
    .join("\n");
}

function wrapped(text: string, by: string): string {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < WIDTH - by.length)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return indented(lines.join("\n"), by);
}
