// `account add`: takes an eNom login into the configuration file, after eNom was asked whether it is a good one.
import { readSettings } from "../../shared/config.ts";
import type { ConnectionCheck } from "../../shared/connection-check.ts";
import { type FleetFile, parseFleetFile } from "../../shared/fleet-file.ts";
import { commonSettings } from "../../shared/settings.ts";
import { failure, type Result } from "../../shared/verb.ts";
import { collect } from "./account-add-answers.ts";
import { headOf, readConfig, withAccount, writeConfig } from "./account-add-file.ts";
import type { PasswordOptions } from "./account-add-password.ts";
import type { Answers } from "./account-add-questions.ts";
import type { Asking } from "./account-add-terminal.ts";

export interface AddOptions extends Answers, PasswordOptions {
  /** Ask nothing: take the presets. */
  yes?: boolean;
  skipCheck?: boolean;
  keepOnFailure?: boolean;
}

/** What a connection check says of the account. */
export type Checked = Pick<ConnectionCheck, "ok" | "message" | "advice"> & { state: "well" | "refused" | "away" };

export interface AddNeeds {
  env: NodeJS.ProcessEnv;
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
  const { env } = needs;
  const person = options.yes ? undefined : needs.person;
  const { CERTFLEET_CONFIG: path = "certfleet.yaml" } = readSettings(
    { CERTFLEET_CONFIG: commonSettings.CERTFLEET_CONFIG },
    env,
  );
  const known = parseFleetFile(readConfig(path), path);
  const taken = known.accounts.map(({ id }) => id);
  if (options.id && taken.includes(options.id)) return exists(options.id, path);

  const { account, password } = await collect(options, { ...needs, person, taken });
  const id = String(account.id);
  if (taken.includes(id)) return exists(id, path);
  const drawUp = (): { text: string; file: FleetFile } => {
    const before = readConfig(path);
    parseFleetFile(before, path);
    const text = withAccount(before || headOf(path, needs.schema), account);
    return { text, file: parseFleetFile(text, path) };
  };
  const draft = alone(id, drawUp().file);

  const tries = !options.skipCheck && password.canTry;
  const found = tries ? await look(id, draft, { ...needs, env: { ...env, ...password.env } }) : undefined;
  if (person && found) for (const line of told(found)) person.tell(line);
  if (found && !found.ok && !options.keepOnFailure) {
    const keep = person ? await person.confirm("Keep the account anyway?", false) : false;
    if (!keep) return notKept(found, id, person !== undefined);
  } else if (person && !(await person.confirm(`Write it to ${path}?`, true)))
    return failure("failed", "Nothing is written.");

  const mode = writeConfig(path, drawUp().text); // read again: somebody may have edited it meanwhile
  const check = found === undefined ? "The connection was not checked." : told(found).join(" ");
  const lines = [
    `Account ${id} is in ${path}.`,
    "Workers that run take it over within seconds.",
    ...(person && found ? [] : [check]),
  ];
  const result: Result = {
    ending: "done",
    text: lines.join("\n"),
    json: { account: id, file: path, check: found ?? null },
  };
  return password.isSecret && (mode & 0o044) !== 0 ? { ...result, note: tooWide(path, mode) } : result;
}

/** How far it can be narrowed is for those to say who run the workers. */
function tooWide(path: string, mode: number): string {
  const rights = mode.toString(8).padStart(4, "0");
  return [
    `The password is in ${path}, which others than its owner can read (${rights}). Narrow it:`,
    `chmod 600 ${path} where the workers run as its owner, chmod 640 ${path} where they run as its group.`,
  ].join("\n");
}

/** The new account without the others, whose secrets this shell need not have. */
function alone(id: string, file: FleetFile): FleetFile {
  const at = file.accounts.findIndex((each) => each.id === id);
  const whereIs: FleetFile["whereIs"] = ([part, _i, ...inner]) => file.whereIs([part ?? "accounts", at, ...inner]);
  return { ...file, accounts: file.accounts.filter((_each, i) => i === at), whereIs };
}

async function look(id: string, draft: FleetFile, { env, check, person }: AddNeeds): Promise<Checked | undefined> {
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

function told({ ok, message, advice }: Checked): string[] {
  return [`${ok ? "✓" : "✗"} ${message}`, ...(advice ? [`  → ${advice}`] : [])];
}

function notKept(found: Checked, id: string, wasTold: boolean): Result {
  const hint = "Nothing is written. --keep-on-failure keeps the account all the same, --skip-check asks nobody.";
  const note = wasTold ? ["Nothing is written."] : [...told(found), hint];
  return failure(found.state === "away" ? "later" : "failed", note.join("\n"), { account: id, check: found });
}

function exists(id: string, path: string): Result {
  return failure("conflict", `There is an account ${id} in ${path} already.`);
}
