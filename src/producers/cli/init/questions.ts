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
  /** The answer is the path of a file that holds a secret of one line; a person types the secret itself. */
  secret?: { label: string };
  /** The answer, also of a person, is the path of a file in PEM form, which is copied. */
  pem?: true;
  /** Asked when that field has an answer, and needed then. */
  neededWith?: string;
  /** Asked only when this holds of the answers before it. */
  when?: (answers: Answers) => boolean;
}

const atRedis = ({ redis = "", journal = "" }: Answers): string[] => [redis, journal];
const speaksTls = (answers: Answers): boolean =>
  atRedis(answers).some((each) => /^(rediss|valkeys)(\+\w+)?:/i.test(each));
const hasSentinels = (answers: Answers): boolean => atRedis(answers).some((each) => /^\w+\+sentinel:/i.test(each));
const signsInOutside = ({ oidcIssuer }: Answers): boolean => oidcIssuer !== undefined;

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
    secret: { label: "password at the mail server" },
    neededWith: "mailUser",
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
    hint: "without a password; rediss:// with TLS, redis+sentinel://one:26379,two:26379/NAME, redis+cluster://one:6379,two:6379",
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
    secret: { label: "password of the second Redis (empty: none)" },
    when: ({ journal }) => !journal?.startsWith("/"),
  },
  {
    field: "redisCaFile",
    label: "certificate of the CA of Redis",
    hint: "a PEM file, where Redis has a CA of its own; empty: a public one",
    only: ["systemd", "kubernetes"],
    pem: true,
    when: speaksTls,
  },
  {
    field: "redisCertFile",
    label: "certificate to show to Redis",
    hint: "a PEM file; empty: none",
    only: ["systemd", "kubernetes"],
    pem: true,
    when: speaksTls,
  },
  {
    field: "redisKeyFile",
    label: "private key of that certificate",
    hint: "a PEM file",
    only: ["systemd", "kubernetes"],
    pem: true,
    neededWith: "redisCertFile",
  },
  {
    field: "sentinelUser",
    label: "user at the Sentinels",
    hint: "empty: default",
    only: ["systemd", "kubernetes"],
    when: hasSentinels,
  },
  {
    field: "sentinelPasswordFile",
    label: "file with the password of the Sentinels",
    only: ["systemd", "kubernetes"],
    secret: { label: "password of the Sentinels (empty: none)" },
    when: hasSentinels,
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
  { field: "dkimDomain", label: "domain that signs the mails (DKIM)", hint: "empty: they are not signed here" },
  { field: "dkimSelector", label: "selector of its key in DNS", neededWith: "dkimDomain" },
  {
    field: "dkimKeyFile",
    label: "its private key",
    hint: "RSA, a PEM file",
    pem: true,
    neededWith: "dkimDomain",
  },
  {
    field: "oidcIssuer",
    label: "OpenID provider where people sign in",
    hint: "such as https://id.example.com; empty: none",
  },
  { field: "oidcClientId", label: "what the provider calls Certfleet", neededWith: "oidcIssuer" },
  {
    field: "oidcClientSecretFile",
    label: "file with its secret there",
    secret: { label: "its secret there (empty: a public client)" },
    when: signsInOutside,
  },
  {
    field: "oidcRoles",
    label: "which claim gives which role",
    hint: "such as groups:certfleet-admins=admin,groups:support=viewer",
    neededWith: "oidcIssuer",
  },
  {
    field: "oidcName",
    label: "claim that names a person",
    preset: "preferred_username",
    when: signsInOutside,
  },
  { field: "oidcScope", label: "scopes to ask for", preset: "openid profile email", when: signsInOutside },
  {
    field: "backupRecipients",
    label: "public keys of age for backups",
    hint: "age1…, with commas; empty: no backups yet",
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
