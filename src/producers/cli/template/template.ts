// `template list`, `preview`, `lint` and `send-test`: the mails, what each looks like, and what is wrong with their text.
import { randomUUID } from "node:crypto";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { emailAddress } from "../../../shared/base/email-address.ts";
import { failure, type Result } from "../../../shared/base/result.ts";
import { shownName } from "../../../shared/base/text/shown-name.ts";
import { linkToOf } from "../../../shared/config/certificate-link.ts";
import { fleetFileOf } from "../../../shared/config/fleet-file.ts";
import { isFolder, LANGUAGE, languagesOf } from "../../../shared/mail/folders.ts";
import type { Notification } from "../../../shared/mail/notification.ts";
import { type BrokenWords, renderer } from "../../../shared/mail/render.ts";
import { isTemplate, templateNames, templates } from "../../../shared/mail/templates.ts";
import type { Enqueue } from "../../../shared/queue/queues.ts";
import { listedFields } from "../columns.ts";
import { table } from "../table.ts";
import { lintTemplates } from "./lint.ts";

/** @throws Error listing what is wrong in the configuration file */
export function listTemplates(env: NodeJS.ProcessEnv): Result {
  const { directory, brand } = fleetFileOf(env).templates ?? {};
  const known = templateNames.map((name) => {
    const { to, when } = templates[name];
    return { name, to, when, languages: languagesOf(name, { directory, brand }) };
  });
  const rows = known.map(({ name, to, languages, when }) => [name, to, languages.join(" "), when]);
  return {
    ending: "done",
    text: table(["MAIL", "TO", "LANGUAGES", "SENT WHEN"], rows),
    json: { templates: known },
    listed: listedFields(known, "name to languages when"),
  };
}

interface Wanted {
  name: string;
  language?: string;
  brand?: string;
  html?: boolean;
}

/** @throws Error listing what is wrong in the configuration file */
export async function previewTemplate(
  { html: asFile = false, ...wanted }: Wanted,
  env: NodeJS.ProcessEnv,
): Promise<Result> {
  const sample = sampleOf(wanted);
  if ("ending" in sample) return sample;
  const broken: BrokenWords[] = [];
  const render = renderer({ ...fleetFileOf(env).templates, onBroken: (each) => broken.push(each) });
  const { subject, text, html, attachments } = await render(sample);
  const files = attachments.map(({ filename }) => filename);
  const json = { subject, text, html, attachments: files, broken };
  const note = broken
    .map(({ file, line, part, problem }) => `Not used: ${file ?? part}:${line ?? 1}: ${problem}`)
    .join("\n");
  const told = { ending: "done", ...(note && { note }) } as const;
  if (asFile) {
    const path = join(await mkdtemp(join(tmpdir(), "certfleet-")), `${wanted.name}.html`);
    await writeFile(path, html);
    return { ...told, text: path, json: { ...json, path } };
  }
  const attached = files.map((file) => `Attached: ${file}\n`).join("");
  return { ...told, text: `Subject: ${subject}\n${attached}\n${text.trimEnd()}`, json };
}

/** What a `notify` job would say, or why there is no such mail. */
function sampleOf({
  name,
  language,
  brand,
}: Omit<Wanted, "html">): Pick<Notification, "template" | "language" | "brand" | "values"> | Result {
  if (!isTemplate(name)) return failure("not-found", `There is no mail ${name}. See certfleet template list.`);
  if (language !== undefined && !LANGUAGE.test(language))
    return failure("usage", "--language must look like en or pt-BR.");
  if (brand !== undefined && !shownName.safeParse(brand).success)
    return failure("usage", "--brand must be one line of up to 120 characters that are all seen.");
  const values = templates[name].example as Notification["values"];
  return { template: name, values, ...(language && { language }), ...(brand && { brand }) };
}

/**
 * @param given the operator's folder; without it the one of the configuration file, if that names one
 * @throws Error listing what is wrong in the configuration file
 */
export async function lintWords(given: string | undefined, env: NodeJS.ProcessEnv): Promise<Result> {
  const settings = fleetFileOf(env).templates ?? {};
  const directory = given ?? settings.directory;
  if (directory !== undefined && !isFolder(directory)) return failure("usage", `There is no folder ${directory}.`);
  const { checked, faults } = await lintTemplates(directory, linkToOf(settings));
  const looked = `${checked} files checked, in ${directory === undefined ? "the built-in templates" : `the built-in templates and ${directory}`}`;
  const json = { checked, faults };
  const all = listedFields(faults, "file line problem");
  if (faults.length === 0) return { ending: "done", text: `${looked}: no fault found.`, json, listed: all };
  const lines = faults.map(({ file, line, problem }) => `${line === undefined ? file : `${file}:${line}`}: ${problem}`);
  const note = `${looked}: ${faults.length === 1 ? "1 fault" : `${faults.length} faults`}.`;
  return { ending: "failed", text: lines.join("\n"), json, listed: all, note };
}

/** Each call sends another mail. */
export async function sendTest(
  { to, ...wanted }: Omit<Wanted, "html"> & { to: string },
  enqueue: Enqueue,
): Promise<Result> {
  const sample = sampleOf(wanted);
  if ("ending" in sample) return sample;
  if (!emailAddress.safeParse(to).success) return failure("usage", "--to must be one plain e-mail address.");
  const key = `test:${randomUUID()}`;
  const job = await enqueue("notify", { key, to: { address: to }, ...sample });
  const text = `${wanted.name} to ${to} is queued as job ${job}, key ${key}.`;
  return { ending: "done", text, json: { queue: "notify", id: job, key } };
}
