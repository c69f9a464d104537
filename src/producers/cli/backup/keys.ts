// The keys of age that a backup is encrypted for and opened with, and where it goes, as the command line names them.
import { readFileSync } from "node:fs";
import { Refused } from "../../../shared/base/errors.ts";
import { badSettings, readSettings } from "../../../shared/base/read-settings.ts";
import { commonSettings, orderSettings } from "../../../shared/config/settings.ts";

/** @throws Refused the file cannot be read, or a line is no public key of age */
export function recipientsOf({
  recipient,
  recipientsFile,
}: {
  recipient: string[];
  recipientsFile?: string;
}): string[] {
  const all = [...recipient, ...(recipientsFile === undefined ? [] : linesOf(recipientsFile))];
  for (const each of all) {
    if (/^AGE-SECRET-KEY-/i.test(each))
      throw new Refused("A secret key was given where a public one belongs: the public one begins with age1");
    if (!/^age1[0-9a-z]+$/.test(each))
      throw new Refused(`${each.slice(0, 20)} is no public key of age: it begins with age1`);
  }
  return [...new Set(all)];
}

/** @throws Refused the file cannot be read, or holds no secret key of age */
export function identitiesOf(file: string | undefined): string[] {
  if (file === undefined) return [];
  const keys = linesOf(file).filter((line) => line.startsWith("AGE-SECRET-KEY-"));
  if (keys.length > 0) return keys;
  throw new Refused(
    `${file} holds no secret key of age (a line that begins with AGE-SECRET-KEY-). One with a passphrase is opened first: age -d ${file} > key.txt`,
  );
}

/** @throws Error naming what is missing */
export function placesOf(
  { into, journal }: { into?: string; journal?: string },
  env: NodeJS.ProcessEnv,
): { into: string; journal: string } {
  const { REDIS_URL } = commonSettings;
  const { CERTFLEET_JOURNAL } = orderSettings;
  if (into === undefined && !env.REDIS_URL && !env.REDIS_URL_FILE)
    throw badSettings(["--into is missing: name the empty Redis, such as --into redis://127.0.0.1:6380"]);
  const given = { ...env, ...(into !== undefined && { REDIS_URL: into, REDIS_URL_FILE: undefined }) };
  return {
    into: readSettings({ REDIS_URL }, given).REDIS_URL,
    journal: journal ?? readSettings({ CERTFLEET_JOURNAL }, env).CERTFLEET_JOURNAL,
  };
}

/** Without empty lines and comments. */
function linesOf(file: string): string[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new Refused(`${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown error"})`);
  }
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}
