// `account add`: takes an eNom login into the configuration file, after eNom was asked whether it is a good one.

import { failure, type Result } from "../../../shared/base/result.ts";
import { type FleetFile, fleetFilePath, parseFleetFile } from "../../../shared/config/fleet-file.ts";
import type { Place } from "../own-redis.ts";
import { collect } from "./add-answers.ts";
import { headOf, readConfig, withAccount, writeConfig } from "./add-file.ts";
import { askLedgers, otherFiles } from "./add-fleets.ts";
import { type Claim, clashOf, loginOf, othersOf } from "./add-others.ts";
import type { PasswordOptions } from "./add-password.ts";
import type { Answers } from "./add-questions.ts";
import type { Asking } from "./add-terminal.ts";
import { aboutRights, addedResult, type Checked, notKept, told } from "./add-told.ts";

export interface AddOptions extends Answers, PasswordOptions {
  /** Ask nothing: take the presets. */
  yes?: boolean;
  skipCheck?: boolean;
  keepOnFailure?: boolean;
}

export interface AddNeeds {
  place: Place;
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
  const { place } = needs;
  const { env } = place;
  const person = options.yes ? undefined : needs.person;
  const path = fleetFilePath(env);
  const others = othersOf(parseFleetFile(readConfig(path), path), env);
  const clash = (claim: Claim): string | undefined => clashOf(claim, { others, path, env });
  const early = clash(options);
  if (early) return failure("conflict", early);

  const { account, password } = await collect(options, { ...needs, env, person, others, clash });
  const id = String(account.id);
  const ledgers = await askLedgers({ id, login: loginOf(account, env) ?? "" }, { place, path });
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
  const found = tries ? await look(id, draft, { ...needs, person }, { ...env, ...password.env }) : undefined;
  if (person && found) for (const line of told(found)) person.tell(line);
  if (found && !found.ok && !options.keepOnFailure) {
    const keep = person ? await person.confirm("Keep the account anyway?", false) : false;
    if (!keep) return notKept(found, id, person !== undefined);
  } else if (person && !(await person.confirm(`Write it to ${path}?`, true)))
    return failure("failed", "Nothing is written.");

  const written = writeConfig(path, drawUp().text, password); // read again: somebody may have edited it meanwhile
  const rights = password.isSecret ? aboutRights(path, written) : [];
  const notes = [...rights, ...(ledgers.note ? [ledgers.note] : []), ...otherFiles(id, { place, path })];
  return addedResult({ account, path, found, wasTold: person !== undefined, notes });
}

/** The new account without the others, whose secrets this shell need not have. */
function alone(id: string, file: FleetFile): FleetFile {
  const at = file.accounts.findIndex((each) => each.id === id);
  const whereIs: FleetFile["whereIs"] = ([part, _i, ...inner]) => file.whereIs([part ?? "accounts", at, ...inner]);
  return { ...file, accounts: file.accounts.filter((_each, i) => i === at), whereIs };
}

async function look(
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
