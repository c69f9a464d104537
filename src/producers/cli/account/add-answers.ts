// The answers of `account add`: the steps of BILLmanager's wizard, each answered by an option or by the person at the terminal.
import { badSettings, readSettings } from "../../../shared/base/read-settings.ts";
import { accountFields } from "../../../shared/config/fleet-file-schema.ts";
import { wizardSettings } from "../../../shared/config/settings.ts";
import { type AccountIdentity, loginOf, type Other } from "./add-beside.ts";
import type { NewAccount } from "./add-file.ts";
import { askPassword, type Password, type PasswordOptions, passwordOf } from "./add-password.ts";
import type { Asking } from "./add-terminal.ts";

/** What a person, or a script, says. Options that were not given are absent. */
export interface Answers {
  apiUrl?: string;
  username?: string;
  id?: string;
  dataCenter?: string;
  name?: string;
  department?: string;
  sort?: string;
  minimumBalance?: string;
  currency?: string;
}

interface Question {
  field: keyof Answers;
  option: string;
  /** As the wizard of BILLmanager calls it. */
  label: string;
  hint?: string;
  /** Suggested to a person, taken for a script; without one an empty answer leaves the field out, unless it is needed. */
  preset?: string;
  needed?: true;
}

const integration: readonly Question[] = [
  { field: "apiUrl", option: "--api-url", label: "API URL", preset: accountFields.shape.apiUrl.parse(undefined) },
  { field: "username", option: "--username", label: "Username", hint: "the eNom user name", needed: true },
];

const parameters: readonly Question[] = [
  {
    field: "id",
    option: "--id",
    label: "Id",
    hint: "its name in orders and commands; never changes",
    preset: "main",
    needed: true,
  },
  { field: "dataCenter", option: "--data-center", label: "Data center", hint: "empty: any" },
  { field: "name", option: "--name", label: "Name", hint: "shown to people; empty: the id" },
  {
    field: "department",
    option: "--department",
    label: "Department",
    hint: "the operator mailbox that gets its tasks",
  },
  {
    field: "sort",
    option: "--sort",
    label: "Sort",
    hint: "the account with the lowest number is used first",
    preset: "10",
  },
  {
    field: "minimumBalance",
    option: "--minimum-balance",
    label: "Processing module minimal balance",
    hint: "such as 50.00; empty: none",
  },
  { field: "currency", option: "--currency", label: "Currency", preset: "USD" },
];

/** What is wrong with an answer, in a few words; undefined when it will do. */
function faultOf({ field, needed }: Question, text: string): string | undefined {
  if (text === "") return needed ? "must not be empty" : undefined;
  return accountFields.shape[field].safeParse(written(field, text)).error?.issues[0]?.message;
}

/** As it stands in the file. */
function written(field: keyof Answers, text: string): string | number {
  return field === "sort" && /^-?\d+$/.test(text) ? Number(text) : text;
}

export interface CollectNeeds {
  env: NodeJS.ProcessEnv;
  /** Undefined: nobody can be asked. */
  person: Asking | undefined;
  others: readonly Other[];
  /** As `clashOf`. */
  clash: (claim: AccountIdentity) => string | undefined;
  readStdin: () => Promise<string>;
}

/**
 * What a person says that clashes with the others is asked again; options are the caller's to judge.
 * @throws Error (wrong settings) naming every option that is missing or wrong
 */
export async function collect(
  options: Answers & PasswordOptions,
  { env, person, others, clash, readStdin }: CollectNeeds,
): Promise<{ account: NewAccount; password: Password }> {
  const problems: string[] = [];
  const account: NewAccount = {};
  const ask = async (question: Question): Promise<void> => {
    const { field, option, label, hint } = question;
    const isClaim = field === "id" || field === "username";
    const isFree = field !== "id" || clash({ ...account, id: question.preset }) === undefined;
    const preset = isFree ? question.preset : undefined;
    const check = (text: string): string | undefined =>
      faultOf(question, text) ?? (isClaim ? clash({ ...account, [field]: text }) : undefined);
    const given = options[field]?.trim() ?? (person ? await person.text({ label, hint, preset, check }) : preset);
    const fault = faultOf(question, given ?? "");
    if (fault && given === undefined) problems.push(`${option} is missing: ${label}`);
    else if (fault) problems.push(`${option}: ${fault}`);
    else if (given) account[field] = written(field, given);
  };

  person?.tell("Product type       SSL certificates\nProcessing module  ENOM\n\nIntegration settings");
  person?.tell(`New at eNom? Register an account: ${readSettings(wizardSettings, env).ENOM_REGISTER_URL}`);
  for (const question of integration) await ask(question);
  const password =
    (await passwordOf(options, readStdin)) ??
    (person && (await askPassword(person, { env, suggested: variableFor(account, env, others) })));
  if (!password) problems.push("--password-env, --password-file or --password-stdin is missing: Password");
  person?.tell("\nProcessing module parameters");
  for (const question of parameters) await ask(question);
  if (!password || problems.length > 0) throw badSettings(problems);

  const { id = "", name, apiUrl = "", username = "", ...rest } = account;
  const whole = { id, ...(name && { name }), apiUrl, username, ...password.written, ...rest };
  return { account: whole, password };
}

/** Each login has a password of its own. */
function variableFor(account: AccountIdentity, env: NodeJS.ProcessEnv, others: readonly Other[]): string {
  const login = loginOf(account, env);
  const count = others.filter((each) => each.login !== login).length;
  return count === 0 ? "ENOM_PASSWORD" : `ENOM_PASSWORD_${count + 1}`;
}
