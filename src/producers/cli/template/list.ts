// `template list`: the mails, whom each is for, when it is sent, in which languages there are words for it.

import type { Result } from "../../../shared/base/result.ts";
import { fleetFileOf } from "../../../shared/config/fleet-file.ts";
import { languagesOf } from "../../../shared/mail/folders.ts";
import { templateNames, templates } from "../../../shared/mail/templates.ts";
import { table } from "../table.ts";

/** @throws Error listing what is wrong in the configuration file */
export function listTemplates(env: NodeJS.ProcessEnv): Result {
  const { directory, brand } = fleetFileOf(env).templates ?? {};
  const known = templateNames.map((name) => {
    const { to, when } = templates[name];
    return { name, to, when, languages: languagesOf(name, { directory, brand }) };
  });
  const rows = known.map(({ name, to, languages, when }) => [name, to, languages.join(" "), when]);
  return { ending: "done", text: table(["MAIL", "TO", "LANGUAGES", "SENT WHEN"], rows), json: { templates: known } };
}
