// `account list`, `check`, `balance` and `purchases`, the part that people see: tables, what eNom answered, an exit code.
import { resolve } from "node:path";
import type { PurchasesSwitched } from "../../../shared/account/ledger-reports.ts";
import type { AccountRecord } from "../../../shared/account/records.ts";
import { ageSeconds, ageText } from "../../../shared/base/dates.ts";
import { type Ending, failure, type Result } from "../../../shared/base/result.ts";
import { type Column, listed, listedFields } from "../columns.ts";
import type { Fleet } from "../fleet.ts";
import { table, timeText } from "../table.ts";

/** The accounts that the fleet knows, as its workers last saw them. */
export async function listAccounts({
  accounts,
  clock,
}: Pick<Fleet, "clock"> & { accounts: Pick<Fleet["accounts"], "all"> }): Promise<Result> {
  const now = clock.now();
  const known = (await accounts.all()).map(({ login: _compared, ...each }) => ({
    ...each,
    balance: each.balance && { ...each.balance, ageSeconds: ageSeconds(each.balance.at, now) },
  }));
  const rows = known.map(({ id, name, apiHost, dataCenter, balance, minimumBalance, currency, lastCheck, ...does }) => [
    ...[id, name, apiHost, dataCenter ?? "–", modeShown(does)],
    balance ? `${balance.available} ${currency}` : "–",
    minimumBalance ?? "–",
    balance ? `${ageText(balance.ageSeconds)} ago` : "–",
    lastCheck ? `${lastCheck.ok ? "well" : (lastCheck.cause ?? lastCheck.message)}, ${timeText(lastCheck.at)}` : "–",
  ]);
  const head = ["ID", "NAME", "HOST", "DATA CENTER", "MODE", "AVAILABLE", "MINIMUM", "READ", "LAST CHECK"];
  if (rows.length === 0)
    return {
      ending: "done",
      text: "",
      json: { accounts: [] },
      note: "No account is known yet. Workers publish their accounts when they start.",
    };
  return { ending: "done", text: table(head, rows), json: { accounts: known }, listed: listed(ACCOUNT_COLUMNS, known) };
}

/** Whether it has observed until now and waits for a person, `account shadow` says. */
function modeShown({ enabled, purchases, mode }: Pick<AccountRecord, "enabled" | "purchases" | "mode">): string {
  if (!enabled) return "off";
  if (mode === "observe") return "observes";
  return purchases ? "buys" : "buys nothing";
}

const ACCOUNT_COLUMNS: readonly Column<AccountRecord>[] = [
  { name: "id", of: ({ id }) => id },
  { name: "name", of: ({ name }) => name },
  { name: "host", of: ({ apiHost }) => apiHost },
  { name: "dataCenter", of: ({ dataCenter }) => dataCenter },
  { name: "enabled", of: ({ enabled }) => enabled },
  { name: "purchases", of: ({ purchases }) => purchases },
  { name: "available", of: ({ balance }) => balance?.available },
  { name: "currency", of: ({ currency }) => currency },
  { name: "minimum", of: ({ minimumBalance }) => minimumBalance },
  { name: "readAt", of: ({ balance }) => balance?.at },
  {
    name: "lastCheck",
    of: ({ lastCheck }) => lastCheck && (lastCheck.ok ? "well" : (lastCheck.cause ?? lastCheck.message)),
  },
  { name: "department", of: ({ department }) => department, isWide: true },
  { name: "mode", of: ({ mode }) => mode, isWide: true },
];

/** What workers found who were asked over HTTP: as if it had been asked here. */
export function checksFrom(accounts: readonly AccountRecord[]): Check[] {
  return accounts.map(({ id, apiHost, lastCheck }) => {
    const { ok = false, message = "", advice = null, ms = null } = lastCheck ?? {};
    return { account: id, host: apiHost, state: ok ? "well" : "refused", ok, message, advice, ms };
  });
}

export function balancesFrom(accounts: readonly AccountRecord[]): Balance[] {
  return accounts.map(({ id, apiHost, balance, currency }) => ({
    ...{ account: id, host: apiHost, state: "well" as const, message: "" },
    ...(balance && { available: balance.available, balance: balance.balance, currency }),
  }));
}

interface Answer {
  account: string;
  host: string;
  state: "well" | "refused" | "away";
  message: string;
}

export interface Check extends Answer {
  ok: boolean;
  advice: string | null;
  ms: number | null;
}

export interface Balance extends Answer {
  available?: string;
  balance?: string;
  currency?: string;
}

/** What was asked. */
interface Asked {
  /** The account; undefined: all. */
  id?: string | undefined;
  /** The configuration file that was read: it may be another one than the person expects. */
  file: string;
}

const FLEET_LOOKS = "The workers check, too. Dashboard and API show their result a moment later.";

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

const ANSWER_FIELDS = "account host state message available balance currency ok advice ms";

function resultOf(answers: readonly Answer[], { id, file }: Asked, text: () => string): Result {
  if (id !== undefined && answers.length === 0)
    return failure(
      "not-found",
      `No account ${id} is configured here: neither in ${resolve(file)} nor by ENOM_USERNAME.`,
    );
  return {
    ending: endingOf(answers),
    text: text(),
    json: { accounts: answers },
    listed: listedFields(answers, ANSWER_FIELDS),
  };
}

/** A refusal weighs more than an eNom that does not respond: it does not pass by itself. */
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

export function switchResult(
  switched: readonly PurchasesSwitched[],
  { to, account }: { to: "on" | "off"; account: string | undefined },
): Result {
  if (account !== undefined && switched.length === 0)
    return failure("not-found", `No account ${account} is configured here.`);
  const lines = switched.map(({ account: id, state, message, isOffInFile }) => {
    if (state === "refused") return `${id}: unchanged. ${message}`;
    const still =
      to === "on" && isOffInFile ? ", but the configuration says purchases: false, so nothing is bought" : "";
    return `${id}: purchases are ${to}${still}`;
  });
  return {
    ending: switched.some(({ state }) => state === "refused") ? "failed" : "done",
    text: lines.join("\n"),
    json: { accounts: switched },
    listed: listedFields(switched, "account state message isOffInFile"),
  };
}
