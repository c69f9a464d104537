// The answers of `account add`, from options and, where there is one, from the person at the terminal.
import { badSettings, readSettings } from "../../shared/config.ts";
import { wizardSettings } from "../../shared/settings.ts";
import type { NewAccount } from "./account-add-file.ts";
import { askPassword, type Password, type PasswordOptions, passwordOf } from "./account-add-password.ts";
import { type Answers, faultOf, integration, parameters, type Question, written } from "./account-add-questions.ts";
import type { Asking } from "./account-add-terminal.ts";

export interface CollectNeeds {
  env: NodeJS.ProcessEnv;
  /** Undefined: nobody can be asked. */
  person: Asking | undefined;
  taken: readonly string[];
  readStdin: () => Promise<string>;
}

/**
 * `taken`: the ids that there are.
 * @throws Error (wrong settings) naming every option that is missing or wrong
 */
export async function collect(
  options: Answers & PasswordOptions,
  { env, person, taken, readStdin }: CollectNeeds,
): Promise<{ account: NewAccount; password: Password }> {
  const problems: string[] = [];
  const account: NewAccount = {};
  const ask = async (question: Question): Promise<void> => {
    const { field, option, label, hint } = question;
    const preset = field === "id" && taken.includes("main") ? undefined : question.preset;
    const check = (text: string): string | undefined =>
      field === "id" && taken.includes(text) ? `there is an account ${text} already` : faultOf(question, text);
    const given = options[field]?.trim() ?? (person ? await person.text({ label, hint, preset, check }) : preset);
    const fault = check(given ?? "");
    if (fault && given === undefined) problems.push(`${option} is missing: ${label}`);
    else if (fault) problems.push(`${option}: ${fault}`);
    else if (given) account[field] = written(field, given);
  };

  person?.tell("Product type       SSL certificates\nProcessing module  ENOM\n\nIntegration settings");
  person?.tell(`New at eNom? Register an account: ${readSettings(wizardSettings, env).ENOM_REGISTER_URL}`);
  for (const question of integration) await ask(question);
  const password =
    (await passwordOf(options, readStdin)) ??
    (person && (await askPassword(person, { env, suggested: variableFor(taken.length) })));
  if (!password) problems.push("--password-env, --password-file or --password-stdin is missing: Password");
  person?.tell("\nProcessing module parameters");
  for (const question of parameters) await ask(question);
  if (!password || problems.length > 0) throw badSettings(problems);

  const { id = "", name, apiUrl = "", username = "", ...rest } = account;
  const whole = { id, ...(name && { name }), apiUrl, username, ...password.written, ...rest };
  return { account: whole, password };
}

/** Each account has a password of its own. */
function variableFor(others: number): string {
  return others === 0 ? "ENOM_PASSWORD" : `ENOM_PASSWORD_${others + 1}`;
}
