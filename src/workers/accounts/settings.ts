// Which eNom accounts are configured: those of the file, plus `main` from ENOM_* unless the file has a `main`.

import { badSettings, checkTogether, readSettings } from "../../shared/base/read-settings.ts";
import { enomLogin } from "../../shared/config/enom-address.ts";
import { type AccountEntry, accountEntry, type FleetFile, fillIn, textOf } from "../../shared/config/fleet-file.ts";
import { enomSettings } from "../../shared/config/settings.ts";

/** An account with what its client needs; the password is nowhere else. */
export interface Login {
  entry: AccountEntry;
  username: string;
  password: string;
}

type Where = (field: keyof AccountEntry) => string;

/** @throws Error listing, with file and line, what is missing: a login, a variable, a file */
export function readAccounts(env: NodeJS.ProcessEnv, file: FleetFile): Login[] {
  const settings = readSettings(enomSettings, env);
  // Half a login may belong to an account of the file, which names its variables as it likes.
  const isHalf = !settings.ENOM_USERNAME || !settings.ENOM_PASSWORD;
  const isTaken = file.accounts.some(({ id }) => id === "main") || (file.accounts.length > 0 && isHalf);
  const main = isTaken ? undefined : fromEnvironment(settings);
  if (!main && file.accounts.length === 0) {
    throw badSettings([
      "ENOM_USERNAME is missing: the eNom login (or accounts: in the configuration file)",
      "ENOM_PASSWORD is missing: the login's API token",
    ]);
  }
  const logins: Login[] = main ? [main] : [];
  const adders = file.accounts.map((entry, i) => () => {
    const where: Where = (field) => `${file.whereIs(["accounts", i, field])}: account ${entry.id}`;
    logins.push(loginOf(entry, env, where));
  });
  checkTogether(...adders);
  return eachOnce(logins);
}

function loginOf(entry: AccountEntry, env: NodeJS.ProcessEnv, where: Where): Login {
  const filled = { username: "", password: "" };
  checkTogether(
    () => {
      filled.username = fillIn(entry.username, env, where("username"));
    },
    () => {
      filled.password = passwordOf(entry, env, where);
    },
  );
  return { entry: { ...entry, username: filled.username }, ...filled };
}

function passwordOf({ password, passwordFile }: AccountEntry, env: NodeJS.ProcessEnv, where: Where): string {
  if (password !== undefined) return fillIn(password, env, where("password"));
  const file = `${where("passwordFile")}: the file of its password`;
  const read = textOf(passwordFile, file);
  if (!read) throw badSettings([`${file} is empty`]);
  return read;
}

function fromEnvironment(settings: {
  ENOM_API_URL: string;
  ENOM_USERNAME?: string | undefined;
  ENOM_PASSWORD?: string | undefined;
}): Login | undefined {
  const { ENOM_API_URL: apiUrl, ENOM_USERNAME: username, ENOM_PASSWORD: password } = settings;
  if (!username && !password) return undefined;
  if (!username) throw badSettings(["ENOM_USERNAME is missing, while ENOM_PASSWORD is set"]);
  if (!password) throw badSettings(["ENOM_PASSWORD is missing, while ENOM_USERNAME is set"]);
  const entry = accountEntry.parse({ id: "main", name: "eNom", apiUrl, username, password });
  return { entry, username, password };
}

/**
 * Two ledgers on one login would each take the other's slots for their own. Here the names are filled in.
 * @throws Error naming what stands twice
 */
function eachOnce(all: Login[]): Login[] {
  const faults = [...Map.groupBy(all, ({ entry }) => enomLogin(entry)).values()].flatMap((same) =>
    same.length > 1
      ? [`accounts ${same.map(({ entry }) => entry.id).join(" and ")} have the same eNom host and user`]
      : [],
  );
  if (faults.length > 0) throw badSettings(faults);
  return all;
}
