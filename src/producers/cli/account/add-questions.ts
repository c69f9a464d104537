// What `account add` asks for: the steps and words of BILLmanager's wizard, each answer also an option for scripts.
import { accountFields } from "../../../shared/config/fleet-file-schema.ts";

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

export interface Question {
  field: keyof Answers;
  option: string;
  /** As the wizard of BILLmanager calls it. */
  label: string;
  hint?: string;
  /** Suggested to a person, taken for a script; without one an empty answer leaves the field out, unless it is needed. */
  preset?: string;
  needed?: true;
}

export const integration: readonly Question[] = [
  { field: "apiUrl", option: "--api-url", label: "API URL", preset: accountFields.shape.apiUrl.parse(undefined) },
  { field: "username", option: "--username", label: "Username", hint: "user in the ENOM system", needed: true },
];

export const parameters: readonly Question[] = [
  {
    field: "id",
    option: "--id",
    label: "Id",
    hint: "in orders and commands; never changes",
    preset: "main",
    needed: true,
  },
  { field: "dataCenter", option: "--data-center", label: "Data center", hint: "empty: any" },
  { field: "name", option: "--name", label: "Name", hint: "shown to people; empty: the id" },
  { field: "department", option: "--department", label: "Department", hint: "the mail address that gets its tasks" },
  { field: "sort", option: "--sort", label: "Sort", hint: "the lowest is used first", preset: "10" },
  {
    field: "minimumBalance",
    option: "--minimum-balance",
    label: "Processing module minimal balance",
    hint: "such as 50.00; empty: none",
  },
  { field: "currency", option: "--currency", label: "Currency", preset: "USD" },
];

/** What is wrong with an answer, in a few words; undefined when it will do. */
export function faultOf({ field, needed }: Question, text: string): string | undefined {
  if (text === "") return needed ? "an answer is needed here" : undefined;
  return accountFields.shape[field].safeParse(written(field, text)).error?.issues[0]?.message;
}

/** As it stands in the file. */
export function written(field: keyof Answers, text: string): string | number {
  return field === "sort" && /^-?\d+$/.test(text) ? Number(text) : text;
}
