// What a way to deploy is made of: the files to write, what each holds, and the settings that they come to.
import type { Collected } from "./collect.ts";
import type { Answers } from "./questions.ts";
import { COMPOSE_REDIS, journalFolders } from "./ways.ts";
import { mailUrl, redisUrlWith } from "./with-login.ts";

export interface PlannedFile {
  /** Below the folder of `--dir`. */
  path: string;
  text: string;
  /** 600 where it holds a secret. */
  mode: 0o600 | 0o644;
  /** It was made up now: one that is there already is kept, whatever it holds. */
  isMadeUp?: true;
}

export interface Layout {
  files: PlannedFile[];
  /** Folders that only their owner may enter. */
  closed: string[];
  /** Settings as a process on this machine would have them, by NAME or NAME_FILE; paths below the folder begin with `./`. */
  settings: Record<string, string>;
  /** The user who reads them, where root writes them; `.env` stays with who starts the fleet. */
  owner?: number;
  /** What to do next, a step each. */
  next: string[];
}

/** The secrets of a fleet by what they are for, whole. */
export interface Secrets {
  enomPassword: string;
  smtpUrl: string;
  redisUrl: string;
  /** Undefined: the journal is a folder. */
  journalUrl: string | undefined;
}

export function secretsOf({ way, answers, secrets }: Collected): Secrets {
  const { mailServer = "", mailUser, redis = COMPOSE_REDIS, redisUser, journal = journalFolders[way] } = answers;
  const isFolder = journal.startsWith("/");
  return {
    enomPassword: secrets.enomPasswordFile ?? "",
    smtpUrl: mailUrl(mailServer, { user: mailUser, password: secrets.mailPasswordFile }),
    redisUrl: redisUrlWith(redis, { user: redisUser, password: secrets.redisPasswordFile }),
    journalUrl: isFolder ? undefined : redisUrlWith(journal, { password: secrets.journalPasswordFile }),
  };
}

/** A file with one secret, which programs read without its line end. */
export function secretFile(path: string, text: string): PlannedFile {
  return { path, text: `${text}\n`, mode: 0o600 };
}

/**
 * A file of settings as the shell, systemd and Compose all read it. `comment` goes in front, a line each.
 * @param settings without values that hold $, ` or \\, which the three read in different ways
 */
export function settingsFile(path: string, comment: readonly string[], settings: Record<string, string>): PlannedFile {
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${quoted(value)}`);
  return { path, text: `${[...comment.map((each) => `# ${each}`), ...lines].join("\n")}\n`, mode: 0o600 };
}

function quoted(value: string): string {
  return /^[\w@%+=:,./-]*$/.test(value) ? value : `"${value.replaceAll('"', '\\"')}"`;
}

/** Public keys of age, one a line; no file where backups are not made yet. */
export function recipientsFile(path: string, { backupRecipients }: Answers): PlannedFile[] {
  if (backupRecipients === undefined) return [];
  return [{ path, text: `${backupRecipients.split(/[\s,]+/).join("\n")}\n`, mode: 0o644 }];
}

/** What stands in no file when nobody said it. */
export function settingsOf(given: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(given).flatMap(([name, value]) => (value ? [[name, value]] : [])));
}
