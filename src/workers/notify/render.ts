// A template and its values become a letter: subject, text, HTML, attachments. Whatever is missing is said before anything is sent.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Liquid } from "liquidjs";
import { Refused } from "../../shared/errors.ts";
import type { Notification } from "../../shared/notification.ts";
import { type Attachment, type Template, templates } from "./templates.ts";

/** What people will read; the subject is one line. */
export interface Letter {
  subject: string;
  text: string;
  html: string;
  attachments: Attachment[];
}

/**
 * Fills a template.
 * @throws Refused naming the template and the value: unknown template, a value missing, unknown or of the wrong form
 */
export type Render = (asked: Pick<Notification, "template" | "language" | "brand" | "values">) => Promise<Letter>;

export interface RenderOptions {
  /** A folder with the operator's own words; a file there goes before ours of the same name. */
  directory?: string | undefined;
  /** Who the mails speak for where a notification does not say; "Certfleet" by default. */
  brand?: string | undefined;
  /** Used where a notification names no language, or one without words; English is the last resort. */
  language?: string | undefined;
}

const OURS = join(import.meta.dirname, "templates");

export function renderer(options: RenderOptions = {}): Render {
  const folders = options.directory === undefined ? [OURS] : [options.directory, OURS];
  // Values are data: own properties only, no filter and no variable that does not exist, and in HTML everything is escaped.
  const strict = { root: folders, strictVariables: true, strictFilters: true, ownPropertyOnly: true };
  const common = { ...strict, cache: true, timezoneOffset: 0, relativeReference: false };
  // A copy: the engine writes the cache of its partials into what it is given.
  const plain = new Liquid({ ...common });
  const escaping = new Liquid({ ...common, outputEscape: "escape" });

  return async ({ template: name, language, brand, values }) => {
    const { values: filled, attachments } = fill(name, values);
    const spoken = [language, language?.slice(0, -3), options.language, "en"].find(
      (it) => it && folders.some((folder) => existsSync(join(folder, name, `${it}.subject.liquid`))),
    );
    const scope = { ...filled, brand: brand ?? options.brand ?? "Certfleet", language: spoken };
    const words = `${name}/${spoken}`;
    try {
      const subject = oneLine(await plain.renderFile(`${words}.subject.liquid`, scope));
      const text = tidy(await plain.renderFile(`${words}.text.liquid`, scope));
      const html = tidy(await escaping.renderFile(`${words}.html.liquid`, { ...scope, subject }));
      return { subject, text, html, attachments };
    } catch (error) {
      throw new Refused(`mail template ${words}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  };
}

function fill(name: string, given: Notification["values"]) {
  if (!isTemplate(name)) throw new Refused(`there is no mail template ${name}`);
  const template: Template = templates[name];
  const read = template.values.safeParse(given);
  if (read.success) return { values: read.data, attachments: template.attach?.(read.data) ?? [] };
  const problems = read.error.issues.map((issue) => `${issue.path.join(".") || "values"}: ${issue.message}`);
  throw new Refused(`mail template ${name}: ${problems.join("; ")}`, { cause: read.error });
}

function isTemplate(name: string): name is keyof typeof templates {
  return Object.hasOwn(templates, name);
}

function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, " ");
}

/** Templates leave empty lines where a condition was false. */
function tidy(text: string): string {
  return `${text.replace(/(?:\r?\n){3,}/g, "\n\n").trim()}\n`;
}
