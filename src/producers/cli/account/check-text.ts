// `account check` and `account balance`, the part that people see: what eNom answered, and an exit code.
import { resolve } from "node:path";
import { type Ending, failure, type Result } from "../../../shared/base/result.ts";
import { table } from "../table.ts";

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

/** What was asked. */
interface Asked {
  /** The account; undefined: all. */
  id?: string | undefined;
  /** The configuration file, which another one than a person thinks of may be. */
  file: string;
}

const FLEET_LOOKS = "The fleet was asked to check, too: in a moment its dashboard and API show what it finds.";

/** A paragraph an account. `fleetAsked`: the accounts that the running fleet checks, too. */
export function checkResult(checks: readonly Check[], asked: Asked, fleetAsked: readonly string[] = []): Result {
  const result = resultOf(checks, asked, () => {
    const width = Math.max(...checks.map(({ account }) => account.length));
    return checks.map((each) => paragraph(each, width)).join("\n");
  });
  return { ...result, ...(fleetAsked.length > 0 && { note: FLEET_LOOKS }) };
}

/** A line an account. */
export function balanceResult(balances: readonly Balance[], asked: Asked): Result {
  return resultOf(balances, asked, () =>
    table(
      ["ACCOUNT", "HOST", "AVAILABLE", "BALANCE", "ANSWER"],
      balances.map(({ account, host, available, balance, currency, state, message }) => [
        ...[account, host, amount(available, currency), amount(balance, currency)],
        state === "well" ? "well" : `${state}: ${message}`,
      ]),
    ),
  );
}

function resultOf(answers: readonly Answer[], { id, file }: Asked, text: () => string): Result {
  if (id !== undefined && answers.length === 0)
    return failure(
      "not-found",
      `No account ${id} is configured here: neither in ${resolve(file)} nor by ENOM_USERNAME.`,
    );
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
