// The part of `doctor` that looks with the workers' eyes: eNom's login and address, the mail server's greeting and
// login, the words of mails.
import { readSettings } from "../../shared/base/read-settings.ts";
import type { Finding } from "../../shared/base/result.ts";
import { type FleetFile, fleetFileOf } from "../../shared/config/fleet-file.ts";
import { mailSettings } from "../../shared/config/settings.ts";
import { missingFolder } from "../../shared/mail/folders.ts";
import { openSmtp } from "../notify/smtp.ts";
import { type CheckAnswer, checkAccounts } from "./account.ts";

/** What is not configured here is not looked at: each process has only the secrets it needs. */
export async function examineRemotes(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const [accounts, mail] = await Promise.all([examineEnom(env), examineSmtp(env)]);
  return [...accounts, mail, ...examineTemplates(env)];
}

async function examineEnom(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const name = "eNom";
  try {
    if (!hasLogin(env)) return [{ name, state: "skipped", detail: "no eNom login is configured here" }];
    return (await checkAccounts(env)).map(findingOf);
  } catch (error) {
    return [
      {
        name,
        state: "ill",
        detail: problemsOf(error),
        remedy: "Correct ENOM_USERNAME, ENOM_PASSWORD and ENOM_API_URL, or accounts: in the file.",
      },
    ];
  }
}

function hasLogin(env: NodeJS.ProcessEnv): boolean {
  const names = ["ENOM_USERNAME", "ENOM_USERNAME_FILE", "ENOM_PASSWORD", "ENOM_PASSWORD_FILE"];
  return names.some((each) => env[each]) || fleetFileOf(env).accounts.length > 0;
}

function findingOf({ account, host, ok, message, advice }: CheckAnswer): Finding {
  const name = `eNom ${account}`;
  if (ok) return { name, state: "ok", detail: `${host}: ${message}` };
  return { name, state: "ill", detail: message, ...(advice !== null && { remedy: advice }) };
}

async function examineSmtp(env: NodeJS.ProcessEnv): Promise<Finding> {
  const name = "SMTP";
  if (!env.SMTP_URL && !env.SMTP_URL_FILE) return { name, state: "skipped", detail: "SMTP_URL is not set here" };
  try {
    const { SMTP_URL: url, MAIL_FROM: from } = readSettings(mailSettings, env);
    const smtp = openSmtp({ url, from });
    try {
      await smtp.verify();
    } finally {
      smtp.close();
    }
    return { name, state: "ok", detail: "the mail server responds and accepts the login" };
  } catch (error) {
    return {
      name,
      state: "ill",
      detail: problemsOf(error),
      remedy: "Correct SMTP_URL and MAIL_FROM, or ask the mail server's operator.",
    };
  }
}

/** Nothing is said where all is well: folders of brands and languages may be there or not. */
function examineTemplates(env: NodeJS.ProcessEnv): Finding[] {
  const directory = missingFolder(templatesOf(env)?.directory);
  if (directory === undefined) return [];
  return [
    {
      name: "Templates",
      state: "ill",
      detail: `there is no folder ${directory}: mails use the built-in text`,
      remedy: "Create the folder (no restart is needed), or correct templates.directory in the configuration file.",
    },
  ];
}

/** A file that cannot be read is told where the settings are looked at. */
function templatesOf(env: NodeJS.ProcessEnv): FleetFile["templates"] {
  try {
    return fleetFileOf(env).templates;
  } catch {
    return undefined;
  }
}

/** In one line. Neither settings nor eNom's or the mail server's words hold a secret here. */
function problemsOf(error: unknown): string {
  if (error instanceof Error && "problems" in error) return (error.problems as string[]).join("; ");
  return error instanceof Error ? error.message : String(error);
}
