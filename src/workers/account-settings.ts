// Which eNom accounts are configured: those of the file, plus `main` from ENOM_* unless the file has a `main`.
import { badSettings, readSettings } from "../shared/config.ts";
import { type AccountEntry, accountEntry, type FleetFile, fillIn } from "../shared/fleet-file.ts";
import { enomSettings } from "../shared/settings.ts";

/** @throws Error listing what is missing, when no account is configured or a login is incomplete. */
export function readAccounts(env: NodeJS.ProcessEnv, file: FleetFile): AccountEntry[] {
  const settings = readSettings(enomSettings, env);
  const entries = file.accounts.map((entry) => withSecrets(entry, env));
  const main = entries.some(({ id }) => id === "main") ? undefined : fromEnvironment(settings);
  const all = main ? [...entries, main] : entries;
  if (all.length > 0) return eachOnce(all);
  throw badSettings([
    "ENOM_USERNAME is missing: the eNom login (or accounts: in the configuration file)",
    "ENOM_PASSWORD is missing: the login's API token",
  ]);
}

function withSecrets(entry: AccountEntry, env: NodeJS.ProcessEnv): AccountEntry {
  const where = `account ${entry.id}`;
  return { ...entry, username: fillIn(entry.username, env, where), password: fillIn(entry.password, env, where) };
}

function fromEnvironment(settings: {
  ENOM_API_URL: string;
  ENOM_USERNAME?: string | undefined;
  ENOM_PASSWORD?: string | undefined;
}): AccountEntry | undefined {
  const { ENOM_API_URL: apiUrl, ENOM_USERNAME: username, ENOM_PASSWORD: password } = settings;
  if (!username && !password) return undefined;
  if (!username) throw badSettings(["ENOM_USERNAME is missing, while ENOM_PASSWORD is set"]);
  if (!password) throw badSettings(["ENOM_PASSWORD is missing, while ENOM_USERNAME is set"]);
  return accountEntry.parse({ id: "main", name: "eNom", apiUrl, username, password });
}

/** Two ledgers on one login would each take the other's slots for their own. @throws Error naming what stands twice */
function eachOnce(all: AccountEntry[]): AccountEntry[] {
  const twice = (what: string, of: (entry: AccountEntry) => string): string[] =>
    [...Map.groupBy(all, of).values()].flatMap((same) =>
      same.length > 1 ? [`accounts ${same.map(({ id }) => id).join(" and ")} have the same ${what}`] : [],
    );
  const login = ({ apiUrl, username }: AccountEntry): string =>
    `${URL.canParse(apiUrl) ? new URL(apiUrl).hostname : apiUrl} ${username.toLowerCase()}`;
  const faults = [...twice("id", ({ id }) => id), ...twice("eNom host and user", login)];
  if (faults.length > 0) throw badSettings(faults);
  return all;
}
