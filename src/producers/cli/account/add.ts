// `account add`: takes an eNom login into the configuration file, after eNom was asked whether it is a good one.

import type { ConnectionCheck } from "../../../shared/account/connection-check.ts";
import { failure, type Result } from "../../../shared/base/result.ts";
import { type FleetFile, fleetFilePath, parseFleetFile, variablesOf } from "../../../shared/config/fleet-file.ts";
import type { ProgramContext } from "../own-redis.ts";
import { type Answers, collect } from "./add-answers.ts";
import { type AccountIdentity, askLedgers, clashOf, loginOf, otherFiles, othersOf } from "./add-beside.ts";
import { headOf, type NewAccount, readConfig, type Written, withAccount, writeConfig } from "./add-file.ts";
import type { PasswordOptions } from "./add-password.ts";
import type { Asking } from "./add-terminal.ts";

export interface AddOptions extends Answers, PasswordOptions {
  /** Ask nothing: take the presets. */
  yes?: boolean;
  skipCheck?: boolean;
  keepOnFailure?: boolean;
}

export interface AddNeeds {
  context: ProgramContext;
  /** Where certfleet.schema.json lies. */
  schema: string;
  /** Undefined: nobody can be asked. */
  person: Asking | undefined;
  readStdin: () => Promise<string>;
  /** Asks eNom. @throws Error when the login is not complete here */
  check: (env: NodeJS.ProcessEnv, id: string, file: FleetFile) => Promise<readonly Checked[]>;
}

/** @throws Error (wrong settings) naming every option that is missing or wrong, or the lines of the file that are */
export async function addAccount(options: AddOptions, needs: AddNeeds): Promise<Result> {
  const { context } = needs;
  const { env } = context;
  const person = options.yes ? undefined : needs.person;
  const path = fleetFilePath(env);
  const others = othersOf(parseFleetFile(readConfig(path), path), env);
  const clash = (claim: AccountIdentity): string | undefined => clashOf(claim, { others, path, env });
  const early = clash(options);
  if (early) return failure("conflict", early);

  const { account, password } = await collect(options, { ...needs, env, person, others, clash });
  const id = String(account.id);
  const ledgers = await askLedgers({ id, login: loginOf(account, env) ?? "" }, { context, path });
  const late = clash(account) ?? ledgers.clash;
  if (late) return failure("conflict", late);
  const drawUp = (): { text: string; file: FleetFile } => {
    const before = readConfig(path);
    parseFleetFile(before, path);
    const text = withAccount(before || headOf(path, needs.schema), account);
    return { text, file: parseFleetFile(text, path) };
  };
  const draft = alone(id, drawUp().file);

  const tries = !options.skipCheck && password.canTry;
  const found = tries ? await checkLogin(id, draft, { ...needs, person }, { ...env, ...password.env }) : undefined;
  if (person && found) for (const line of told(found)) person.tell(line);
  if (found && !found.ok && !options.keepOnFailure) {
    const keep = person ? await person.confirm("Keep the account anyway?", false) : false;
    if (!keep) return notKept(found, id, person !== undefined);
  } else if (person && !(await person.confirm(`Write it to ${path}?`, true)))
    return failure("failed", "Nothing was written.");

  const written = writeConfig(path, drawUp().text, password); // read again: somebody may have edited it meanwhile
  const rights = password.isSecret ? aboutRights(path, written) : [];
  const notes = [...rights, ...(ledgers.note ? [ledgers.note] : []), ...otherFiles(id, { context, path })];
  return addedResult({ account, path, found, wasTold: person !== undefined, notes });
}

/** The new account without the others, whose secrets this shell need not have. */
function alone(id: string, file: FleetFile): FleetFile {
  const at = file.accounts.findIndex((each) => each.id === id);
  const whereIs: FleetFile["whereIs"] = ([part, _i, ...inner]) => file.whereIs([part ?? "accounts", at, ...inner]);
  return { ...file, accounts: file.accounts.filter((_each, i) => i === at), whereIs };
}

async function checkLogin(
  id: string,
  draft: FleetFile,
  { check, person }: Pick<AddNeeds, "check" | "person">,
  env: NodeJS.ProcessEnv,
): Promise<Checked | undefined> {
  person?.tell("\nCheck connection");
  try {
    const [found] = await check(env, id, draft);
    return found;
  } catch (error) {
    if (!(error instanceof Error && "problems" in error)) throw error;
    const message = `The connection cannot be checked here: ${(error.problems as string[]).join("; ")}`;
    return { ok: false, state: "refused", message, advice: null };
  }
}

/** What a connection check says of the account. */
export type Checked = Pick<ConnectionCheck, "ok" | "message" | "advice"> & { state: "well" | "refused" | "away" };

interface Added {
  account: NewAccount;
  path: string;
  /** Undefined: eNom was not asked. */
  found: Checked | undefined;
  /** A person has read what eNom answered. */
  wasTold: boolean;
  /** Talk, a paragraph each. */
  notes: readonly string[];
}

function addedResult({ account, path, found, wasTold, notes }: Added): Result {
  const check = found === undefined ? ["The connection was not checked."] : wasTold ? [] : [told(found).join(" ")];
  return {
    ending: "done",
    text: [`Account ${account.id} was added to ${path}.`, adoption(account), ...check].join("\n"),
    json: { account: account.id, file: path, check: found ?? null },
    ...(notes.length > 0 && { note: notes.join("\n") }),
  };
}

function told({ ok, message, advice }: Checked): string[] {
  return [`${ok ? "✓" : "✗"} ${message}`, ...(advice ? [`  → ${advice}`] : [])];
}

function notKept(found: Checked, id: string, wasTold: boolean): Result {
  const hint = "Nothing was written. --keep-on-failure writes the account anyway, --skip-check does not ask eNom.";
  const note = wasTold ? ["Nothing was written."] : [...told(found), hint];
  return failure(found.state === "away" ? "later" : "failed", note.join("\n"), { account: id, check: found });
}

/** A process has the environment that it was started with: of a variable it learns by a restart alone. */
function adoption({ username, password = "" }: NewAccount): string {
  const names = variablesOf({ username: `${username}`, password: `${password}` }).join(" and ");
  return names === ""
    ? "Workers that use this file load it within seconds."
    : `Restart open, reissue and balance-poll with ${names} set. Until then they keep the old version of the file.`;
}

/**
 * Of a file that holds the password: everybody can read it, or it is new and root's alone, so that workers who are somebody else cannot.
 * Who runs the workers is not known here.
 */
function aboutRights(path: string, { isNew, mode, uid }: Written): string[] {
  const rights = mode.toString(8).padStart(4, "0");
  if (mode & 0o004)
    return [
      `The password is in ${path}, which everybody on this machine can read (${rights}). Restrict it:`,
      `chmod 600 ${path} where the workers run as its owner, chmod 640 ${path} where they run as its group.`,
    ];
  if (isNew && uid === 0)
    return [
      `The password is in ${path}, which only root can read (${rights}). If the workers run as another user, give it to them:`,
      `chown USER ${path}`,
    ];
  return [];
}
