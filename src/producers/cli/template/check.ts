// `template lint`: what is wrong with the words of the mails, before a customer could meet it.

import { failure, type Result } from "../../../shared/base/result.ts";
import { linkToOf } from "../../../shared/config/certificate-link.ts";
import { fleetFileOf } from "../../../shared/config/fleet-file.ts";
import { isFolder } from "../../../shared/mail/folders.ts";
import { lintTemplates } from "./lint.ts";

/**
 * @param given the operator's folder; without it the one of the configuration file, if that names one
 * @throws Error listing what is wrong in the configuration file
 */
export async function lintWords(given: string | undefined, env: NodeJS.ProcessEnv): Promise<Result> {
  const settings = fleetFileOf(env).templates ?? {};
  const directory = given ?? settings.directory;
  if (directory !== undefined && !isFolder(directory)) return failure("usage", `There is no folder ${directory}.`);
  const { checked, faults } = await lintTemplates(directory, linkToOf(settings));
  const looked = `${checked} files looked at, in ${directory === undefined ? "our templates" : `our templates and ${directory}`}`;
  const json = { checked, faults };
  if (faults.length === 0) return { ending: "done", text: `${looked}: nothing is wrong.`, json };
  const lines = faults.map(({ file, line, problem }) => `${line === undefined ? file : `${file}:${line}`}: ${problem}`);
  const note = `${looked}: ${faults.length === 1 ? "1 fault" : `${faults.length} faults`}.`;
  return { ending: "failed", text: lines.join("\n"), json, note };
}
