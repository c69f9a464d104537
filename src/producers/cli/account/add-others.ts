// Who is there already beside a new account: an id stands for one eNom login for good, and a login for one id.

import { readSettings } from "../../../shared/base/read-settings.ts";
import { enomLogin } from "../../../shared/config/enom-address.ts";
import { type FleetFile, fillIn } from "../../../shared/config/fleet-file.ts";
import { enomSettings } from "../../../shared/config/settings.ts";

/** What is known of the new account so far. */
export interface Claim {
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
export function loginOf({ apiUrl, username }: Claim, env: NodeJS.ProcessEnv): string | undefined {
  if (!apiUrl || !username) return undefined;
  return enomLogin({ apiUrl: `${apiUrl}`, username: filled(`${username}`, env) });
}

/** Why the account cannot stand beside the others, in a sentence; undefined when it can. `main` of the environment may move into the file. */
export function clashOf(
  claim: Claim,
  { others, path, env }: { others: readonly Other[]; path: string; env: NodeJS.ProcessEnv },
): string | undefined {
  const login = loginOf(claim, env);
  for (const other of others) {
    const isId = other.id === claim.id;
    const isLogin = other.login === login;
    if (other.isOfFile) {
      if (isId) return `There is an account ${other.id} in ${path} already.`;
      if (isLogin) return `Account ${other.id} in ${path} has the same eNom host and user already.`;
    } else if (claim.id !== undefined && login !== undefined) {
      if (isId && !isLogin)
        return "There is an account main already, that of ENOM_USERNAME: one in the file would take its place, and what it bought is bound to its login. Give another id.";
      if (isLogin && !isId)
        return "Account main, that of ENOM_USERNAME, has the same eNom host and user already. With the id main it moves into the file.";
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
