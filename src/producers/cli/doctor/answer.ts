// How `doctor` answers: lines for people, JSON for programs, an ending for scripts. What was not looked at is never among
// what is well.
import type { Finding, Result } from "../../../shared/base/result.ts";

/** As docs/howto/monitoring.md shows it. `remedy`: empty where there is nothing to do. */
interface Told {
  name: string;
  state: "ok" | "warn" | "ill";
  detail: string;
  remedy: string;
}

/** Fails with anything ill; with `strict` with a warning, too. */
export function answerOf(findings: readonly Finding[], { strict = false }: { strict?: boolean } = {}): Result {
  const told = findings.flatMap(({ name, state, detail, remedy = "" }): Told[] =>
    state === "skipped" ? [] : [{ name, state, detail, remedy }],
  );
  const notLookedAt = findings.filter(({ state }) => state === "skipped").map(({ name, detail }) => ({ name, detail }));
  const count = (state: Told["state"]): number => told.filter((each) => each.state === state).length;
  const well = count("ill") === 0;
  return {
    ending: well && !(strict && count("warn") > 0) ? "done" : "failed",
    text: page(findings),
    json: { well, findings: told, notLookedAt },
    note: conclusion({ ill: count("ill"), warn: count("warn"), all: told.length }, notLookedAt),
  };
}

function conclusion(
  { ill, warn, all }: { ill: number; warn: number; all: number },
  notLookedAt: readonly { name: string }[],
): string {
  const where = notLookedAt.length === 0 ? "" : " in what was looked at";
  const found = ill === 0 ? `No problem was found${where}.` : `${ill} of ${all} checks found a problem.`;
  const warnings = warn === 0 ? [] : [`${warn} ${warn === 1 ? "warning" : "warnings"}: see the lines with !.`];
  const names = [...new Set(notLookedAt.map(({ name }) => name))].join(", ");
  return [found, ...warnings, ...(names === "" ? [] : [`Not looked at: ${names}.`])].join(" ");
}

const SIGNS = { ok: "✓", ill: "✗", warn: "!", skipped: "–" } as const;

/** What was not looked at stands last. */
function page(findings: readonly Finding[]): string {
  const width = Math.max(0, ...findings.map(({ name }) => name.length));
  const indent = " ".repeat(width + 4);
  const line = ({ name, state, detail, remedy }: Finding): string => {
    const not = state === "skipped" ? "not looked at: " : "";
    const told = `${SIGNS[state]} ${name.padEnd(width)}  ${`${not}${detail}`.replaceAll("\n", `\n${indent}`)}`;
    return remedy ? `${told}\n${indent}→ ${remedy}` : told;
  };
  const isSkipped = ({ state }: Finding): boolean => state === "skipped";
  return [...findings.filter((each) => !isSkipped(each)), ...findings.filter(isSkipped)].map(line).join("\n");
}
