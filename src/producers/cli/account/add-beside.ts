// What is there already beside a new account: other accounts of the file, and fleets that know its id or read another file.
import { join, resolve } from "node:path";
import { Unavailable } from "../../../shared/base/errors.ts";
import { readSettings } from "../../../shared/base/read-settings.ts";
import { enomLogin } from "../../../shared/config/enom-address.ts";
import { type FleetFile, fillIn } from "../../../shared/config/fleet-file.ts";
import { enomSettings } from "../../../shared/config/settings.ts";
import { withRedis } from "../connection.ts";
import { ownFleets, type ProgramContext } from "../own-redis.ts";

/** What is known of the new account so far. */
export interface AccountIdentity {
  id?: string | number | undefined;
  apiUrl?: string | number | undefined;
  username?: string | number | undefined;
}

export interface Other {
  id: string;
  login: string;
  /** Else it is `main` of ENOM_*. */
  isOfFile: boolean;
}

/** The accounts of the file, and `main` of ENOM_USERNAME where the workers have it from this environment. */
export function othersOf({ accounts }: FleetFile, env: NodeJS.ProcessEnv): Other[] {
  const ofFile = accounts.map((each) => ({ id: each.id, login: loginOf(each, env) ?? "", isOfFile: true }));
  const { ENOM_API_URL, ENOM_USERNAME } = enomSettings;
  const settings = readSettings({ ENOM_API_URL, ENOM_USERNAME }, env);
  const login = loginOf({ apiUrl: settings.ENOM_API_URL, username: settings.ENOM_USERNAME }, env);
  const isInFile = ofFile.some((each) => each.id === "main" || each.login === login);
  return login === undefined || isInFile ? ofFile : [...ofFile, { id: "main", login, isOfFile: false }];
}

/** As `enomLogin`, undefined while it is not said. A variable that is not set here stands for itself. */
export function loginOf({ apiUrl, username }: AccountIdentity, env: NodeJS.ProcessEnv): string | undefined {
  if (!apiUrl || !username) return undefined;
  return enomLogin({ apiUrl: `${apiUrl}`, username: filled(`${username}`, env) });
}

/** Why the account cannot stand beside the others, in a sentence; undefined when it can. `main` of the environment may move into the file. */
export function clashOf(
  claim: AccountIdentity,
  { others, path, env }: { others: readonly Other[]; path: string; env: NodeJS.ProcessEnv },
): string | undefined {
  const login = loginOf(claim, env);
  for (const other of others) {
    const isId = other.id === claim.id;
    const isLogin = other.login === login;
    if (other.isOfFile) {
      if (isId) return `${path} already has an account ${other.id}.`;
      if (isLogin) return `Account ${other.id} in ${path} already has this eNom host and user.`;
    } else if (claim.id !== undefined && login !== undefined) {
      if (isId && !isLogin)
        return "The account main already exists: it is the one of ENOM_USERNAME. An account main in the file would replace it, but what it bought belongs to its login. Use another id.";
      if (isLogin && !isId)
        return "The account main of ENOM_USERNAME already has this eNom host and user. Use the id main to move it into the file.";
    }
  }
  return undefined;
}

function filled(text: string, env: NodeJS.ProcessEnv): string {
  try {
    return fillIn(text, env, "it");
  } catch {
    return text;
  }
}

/** Where the account is to be written. */
export interface Target {
  context: ProgramContext;
  path: string;
}

/**
 * `clash`: why a fleet that reads the file would buy nothing on the account; a ledger is bound to the login (`enomLogin`) that used its id first.
 * `note`: it could not be asked. Both are undefined where no fleet is known.
 */
export async function askLedgers(
  { id, login }: { id: string; login: string },
  target: Target,
): Promise<{ clash?: string; note?: string }> {
  if (login.includes("${")) return {}; // the workers know what stands there, we do not
  for (const context of readersOf(target)) {
    try {
      const bound = await withRedis(context, ({ redis, keys }) => redis.hget(keys.ledger.meta(id), "login"));
      const clash = `The id ${id} was first used with another eNom host or user. Nothing would be bought under this id. Use another id.`;
      if (bound && bound !== login) return { clash };
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      return { note: `Certfleet could not find out whether the id ${id} was used for another login: ${error.message}` };
    }
  }
  return {};
}

/** Who looks for the account in a fleet that `npm start` runs here, which reads another file, looks in vain. */
export function otherFiles(id: string, { context, path }: Target): string[] {
  if (isNamed(context)) return [];
  const files = ownFleets(context.root).map((each) => configOf(each, context));
  return files
    .filter((file) => file !== resolve(path))
    .map(
      (file) =>
        `A fleet that runs here reads another file, ${file}, and does not know account ${id}. Put CERTFLEET_CONFIG=${resolve(path)} before its start command to make it read this file.`,
    );
}

/** The fleet whose Redis the environment names, else those of this folder that read the file. */
function readersOf({ context, path }: Target): ProgramContext[] {
  if (isNamed(context)) return [context];
  return ownFleets(context.root)
    .filter((each) => configOf(each, context) === resolve(path))
    .map(({ redisUrl, prefix }) => {
      const env = { ...context.env, REDIS_URL: redisUrl, ...(prefix && { CERTFLEET_PREFIX: prefix }) };
      return { ...context, env };
    });
}

function isNamed({ env }: ProgramContext): boolean {
  return Boolean(env.REDIS_URL || env.REDIS_URL_FILE);
}

/** `npm start` names the file if there was one; one that comes later lies where it was started. */
function configOf({ settings }: { settings: Record<string, string> }, { root }: ProgramContext): string {
  return settings.CERTFLEET_CONFIG ?? join(root, "certfleet.yaml");
}
