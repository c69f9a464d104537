// `account check` and `account balance`, the part that people see: what eNom answered, as a table and an exit code.
import { type Ending, failure, type Result } from "../../shared/verb.ts";
import { table } from "./table.ts";

interface Answer {
  account: string;
  host: string;
  state: "well" | "refused" | "away";
  message: string;
  available?: string;
  balance?: string;
  currency?: string;
}

/** A refusal weighs more than an eNom that is away: it does not pass by itself. `id` is the account that was asked for. */
export function accountResult(answers: readonly Answer[], id?: string): Result {
  if (id !== undefined && answers.length === 0) return failure("not-found", `No account ${id} is configured here.`);
  const money = answers.some(({ available }) => available !== undefined);
  const rows = answers.map((answer) => [
    ...[answer.account, answer.host],
    ...(money ? [amount(answer.available, answer.currency), amount(answer.balance, answer.currency)] : []),
    answer.state === "well" ? answer.message || "well" : `${answer.state}: ${answer.message}`,
  ]);
  const head = ["ACCOUNT", "HOST", ...(money ? ["AVAILABLE", "BALANCE"] : []), "ANSWER"];
  return { ending: endingOf(answers), text: table(head, rows), json: { accounts: answers } };
}

function endingOf(answers: readonly Answer[]): Ending {
  if (answers.some(({ state }) => state === "refused")) return "failed";
  return answers.some(({ state }) => state === "away") ? "later" : "done";
}

function amount(value: string | undefined, currency = ""): string {
  return value === undefined ? "–" : `${value} ${currency}`;
}
