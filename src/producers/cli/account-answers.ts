// `account check` and `account balance`, the part that people see: what eNom answered, and an exit code.
import { type Ending, failure, type Result } from "../../shared/verb.ts";
import { table } from "./table.ts";

interface Answer {
  account: string;
  host: string;
  state: "well" | "refused" | "away";
  message: string;
}

interface Check extends Answer {
  ok: boolean;
  advice: string | null;
  ms: number | null;
}

interface Balance extends Answer {
  available?: string;
  balance?: string;
  currency?: string;
}

/** A paragraph an account. `id` is the account that was asked for. */
export function checkResult(checks: readonly Check[], id?: string): Result {
  return resultOf(checks, id, () => {
    const width = Math.max(...checks.map(({ account }) => account.length));
    return checks.map((each) => paragraph(each, width)).join("\n");
  });
}

/** A line an account. `id` is the account that was asked for. */
export function balanceResult(balances: readonly Balance[], id?: string): Result {
  return resultOf(balances, id, () =>
    table(
      ["ACCOUNT", "HOST", "AVAILABLE", "BALANCE", "ANSWER"],
      balances.map(({ account, host, available, balance, currency, state, message }) => [
        ...[account, host, amount(available, currency), amount(balance, currency)],
        state === "well" ? "well" : `${state}: ${message}`,
      ]),
    ),
  );
}

function resultOf(answers: readonly Answer[], id: string | undefined, text: () => string): Result {
  if (id !== undefined && answers.length === 0) return failure("not-found", `No account ${id} is configured here.`);
  return { ending: endingOf(answers), text: text(), json: { accounts: answers } };
}

/** A refusal weighs more than an eNom that is away: it does not pass by itself. */
function endingOf(answers: readonly Answer[]): Ending {
  if (answers.some(({ state }) => state === "refused")) return "failed";
  return answers.some(({ state }) => state === "away") ? "later" : "done";
}

function paragraph({ account, host, ok, message, advice, ms }: Check, width: number): string {
  const indent = " ".repeat(width + 4);
  const taken = ms === null ? "" : ` (${ms} ms)`;
  const told = `${ok ? "✓" : "✗"} ${account.padEnd(width)}  ${ok ? `${host}: ` : ""}${message}${taken}`;
  return advice === null ? told : `${told}\n${indent}→ ${advice}`;
}

function amount(value: string | undefined, currency = ""): string {
  return value === undefined ? "–" : `${value} ${currency}`;
}
