// What `certfleet init` has to know: one table for its options, the answers file, and the questions to a person.
import { journalFolders, type Way } from "./ways.ts";

export interface Question {
  /** Its name in the answers file; the option is the same in kebab case. Its form is in `forms.ts`. */
  field: string;
  label: string;
  hint?: string;
  /** What is taken when nothing is said; a person is offered it. */
  preset?: string | ((way: Way) => string | undefined);
  needed?: true;
  /** Only these ways ask for it; without it all. */
  only?: readonly Way[];
  /**
   * The answer is the path of a file that holds a secret; a person types the secret itself. `ifNamed`: asked when that field has an answer.
   * `unless`: not asked when the journal begins so.
   */
  secret?: { label: string; unless?: string; ifNamed?: string };
}

export const questions: readonly Question[] = [
  { field: "enomUsername", label: "eNom user name", needed: true },
  {
    field: "enomPasswordFile",
    label: "file with the API token of that login",
    needed: true,
    secret: { label: "eNom API token" },
  },
  { field: "enomApiUrl", label: "API URL of eNom", preset: "https://reseller.enom.com/interface.asp" },
  {
    field: "account",
    label: "account id",
    hint: "its name in orders and commands; never changes",
    preset: "main",
  },
  {
    field: "department",
    label: "department",
    hint: "the operator mailbox, which gets the work for people",
    needed: true,
  },
  { field: "minimumBalance", label: "minimum balance", preset: "50.00" },
  { field: "currency", label: "currency of balance and limits", preset: "USD" },
  { field: "perHour", label: "may be spent in an hour", preset: "500.00" },
  { field: "perDay", label: "may be spent in a day", preset: "2000.00" },
  {
    field: "mailServer",
    label: "mail server",
    hint: "smtp://host:587 or smtps://host:465",
    needed: true,
  },
  { field: "mailUser", label: "user at the mail server", hint: "empty: no login" },
  {
    field: "mailPasswordFile",
    label: "file with the password of mailUser",
    secret: { label: "password at the mail server", ifNamed: "mailUser" },
  },
  {
    field: "mailFrom",
    label: "sender of the mails",
    hint: "an address, or: Name <address>",
    needed: true,
  },
  {
    field: "redis",
    label: "address of Redis",
    hint: "without a password, such as rediss://redis.example.com:6379",
    preset: (way) => (way === "systemd" ? "redis://127.0.0.1:6379" : undefined),
    needed: true,
    only: ["systemd", "kubernetes"],
  },
  { field: "redisUser", label: "user at Redis", hint: "empty: default", only: ["systemd", "kubernetes"] },
  {
    field: "redisPasswordFile",
    label: "file with the password of Redis",
    only: ["systemd", "kubernetes"],
    secret: { label: "password of Redis (empty: none)" },
  },
  {
    field: "journal",
    label: "money journal",
    hint: "the folder, or the address of a second Redis",
    preset: (way) => (way === "kubernetes" ? undefined : journalFolders[way]),
    needed: true,
    only: ["systemd", "kubernetes"],
  },
  {
    field: "journalPasswordFile",
    label: "file with the password of that second Redis",
    only: ["systemd", "kubernetes"],
    secret: { label: "password of the second Redis (empty: none)", unless: "/" },
  },
  {
    field: "publicUrl",
    label: "public address of the gateway",
    hint: "such as https://ssl.example.com; empty: none yet",
  },
  {
    field: "trustedProxies",
    label: "proxies in front of the gateway",
    hint: "addresses or networks, with commas; empty: none",
  },
  {
    field: "image",
    label: "image",
    hint: "that you built and pushed, such as registry.example.com/certfleet:1",
    needed: true,
    only: ["kubernetes"],
  },
  { field: "namespace", label: "namespace", preset: "certfleet", only: ["kubernetes"] },
];

/** What a person or a script said, by field; nothing is empty. */
export type Answers = Record<string, string>;

export function optionOf(field: string): string {
  return `--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

export function presetOf({ preset }: Question, way: Way): string | undefined {
  return typeof preset === "function" ? preset(way) : preset;
}
