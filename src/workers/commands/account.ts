// `account check` and `account balance`: asks eNom itself, now, and shows what it says.
import { systemClock } from "../../shared/clock.ts";
import { readSettings } from "../../shared/config.ts";
import { Refused, Unavailable } from "../../shared/errors.ts";
import { type FleetFile, fleetFileOf } from "../../shared/fleet-file.ts";
import { createLog } from "../../shared/log.ts";
import { commonSettings } from "../../shared/settings.ts";
import type { Account } from "../accounts.ts";
import { openEnomAccounts } from "../wiring.ts";

/** What eNom answered for one account. `refused`: login, address or request; `away`: no answer, ask again. */
export interface AccountAnswer {
  account: string;
  host: string;
  state: "well" | "refused" | "away";
  message: string;
  /** Attention code of a refusal, where eNom's no is of a known kind. */
  code?: string | undefined;
  available?: string;
  balance?: string;
  currency?: string;
}

/** Proves login and address (CheckLogin). Costs nothing. */
export function checkAccounts(env: NodeJS.ProcessEnv, id?: string): Promise<AccountAnswer[]> {
  return askEach(env, id, async ({ enom }) => {
    await enom.checkLogin();
    return { message: "login and address accepted" };
  });
}

/** Reads what can be spent now (GetBalance). */
export function readBalances(env: NodeJS.ProcessEnv, id?: string): Promise<AccountAnswer[]> {
  return askEach(env, id, async ({ enom, entry }) => {
    const { available, balance } = await enom.balance();
    return { message: "", available, balance, currency: entry.currency };
  });
}

type Good = Pick<AccountAnswer, "message" | "available" | "balance" | "currency">;

/** Empty when no account has that id. @throws Error when no account is configured */
async function askEach(
  env: NodeJS.ProcessEnv,
  id: string | undefined,
  ask: (account: Account) => Promise<Good>,
): Promise<AccountAnswer[]> {
  const { LOG_LEVEL } = readSettings({ LOG_LEVEL: commonSettings.LOG_LEVEL }, env);
  const file: FleetFile = fleetFileOf(env);
  const { accounts, close } = openEnomAccounts(env, { file, clock: systemClock, log: createLog(LOG_LEVEL, "account") });
  try {
    const wanted = accounts.all.filter(({ entry }) => id === undefined || entry.id === id);
    return await Promise.all(wanted.map((account) => answerOf(account, ask)));
  } finally {
    await close();
  }
}
async function answerOf(account: Account, ask: (account: Account) => Promise<Good>): Promise<AccountAnswer> {
  const about = { account: account.entry.id, host: new URL(account.entry.apiUrl).host };
  try {
    return { ...about, state: "well", ...(await ask(account)) };
  } catch (error) {
    if (error instanceof Refused) return { ...about, state: "refused", message: error.message, code: error.code };
    if (error instanceof Unavailable) return { ...about, state: "away", message: error.message };
    throw error;
  }
}
