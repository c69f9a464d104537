// `template preview`: one mail with its sample, as text in the terminal or as HTML in a file.
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { displayName } from "../../../shared/base/email-address.ts";
import { failure, type Result } from "../../../shared/base/result.ts";
import { fleetFileOf } from "../../../shared/config/fleet-file.ts";
import { LANGUAGE } from "../../../shared/mail/folders.ts";
import type { Notification } from "../../../shared/mail/notification.ts";
import { type BrokenWords, renderer } from "../../../shared/mail/render.ts";
import { isTemplate, templates } from "../../../shared/mail/templates.ts";

export interface Wanted {
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
export function sampleOf({
  name,
  language,
  brand,
}: Omit<Wanted, "html">): Pick<Notification, "template" | "language" | "brand" | "values"> | Result {
  if (!isTemplate(name)) return failure("not-found", `There is no mail ${name}: see certfleet template list.`);
  if (language !== undefined && !LANGUAGE.test(language))
    return failure("usage", "--language must look like en or pt-BR.");
  if (brand !== undefined && !displayName.safeParse(brand).success)
    return failure("usage", "--brand must be one line of up to 120 characters.");
  const values = templates[name].example as Notification["values"];
  return { template: name, values, ...(language && { language }), ...(brand && { brand }) };
}
