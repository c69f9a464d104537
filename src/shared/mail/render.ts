// A template and its values become a letter: subject, text, HTML, attachments. Whatever is missing is said before
// anything is sent.
import { Refused } from "../base/errors.ts";
import { shownLine } from "../base/text/unseen.ts";
import { linkToOf } from "../config/certificate-link.ts";
import { consoleLink } from "../gateway/console-link.ts";
import type { PublicUrl } from "../gateway/public-url.ts";
import { type Engine, engineOver, placeOf, unescaped } from "./engine.ts";
import { type Filled, fill } from "./filled.ts";
import { fileOf, findIn, foldersFor, languagesFor, OUR_FOLDER, type Part, speaks } from "./folders.ts";
import { marked, withHtmlNotice, withNotice } from "./free-text/marked.ts";
import { withConsoleLink, withHtmlConsoleLink } from "./notes/notes.ts";
import type { Notification } from "./notification.ts";
import { oneLine, tidy, wrapped } from "./plain-text.ts";
import type { Attachment } from "./template.ts";
import { type TemplateName, templates } from "./templates.ts";

/** What people will read; the subject is one line. */
export interface Letter {
  subject: string;
  text: string;
  html: string;
  attachments: Attachment[];
}

/**
 * Fills a template, in the language that was asked for or the nearest that there is.
 * @throws Refused naming the template and the value: unknown template, a value missing, unknown or of the wrong form
 */
export type Render = (
  asked: Pick<Notification, "template" | "language" | "brand" | "values" | "outside">,
) => Promise<Letter>;

/**
 * A file of the operator's that could not be used: ours took its place, or the mail was written in another language.
 */
export interface BrokenWords {
  template: string;
  language: string;
  part: Part;
  problem: string;
  /** The file of the part; what it includes is named only where its syntax is at fault. */
  file: string | undefined;
  line: number | undefined;
}

/** `templates` of certfleet.yaml, and who hears of faults in the operator's words. */
export interface RenderOptions {
  /**
   * The operator's words: `<brand>/<language>/<name>.<part>` goes before `<language>/<name>.<part>`, and that before
   * ours.
   */
  directory?: string | undefined;
  /** Who the mails speak for where a notification does not say; `default` and nothing mean "Certfleet". */
  brand?: string | undefined;
  /** Used where a notification names no language, or one without words; English is the last resort. */
  language?: string | undefined;
  /**
   * `link`: mails name the certificate's address, that of the notification or else `certificateLink`, and do not carry
   * it.
   */
  certificate?: "attach" | "link" | undefined;
  certificateLink?: string | undefined;
  /** Where the gateway is reached: mails to the operator mailbox lead to its console. */
  console?: PublicUrl | undefined;
  /** A customer's mail never fails because of the operator's templates; whoever can fix them hears of it here. */
  onBroken?: ((broken: BrokenWords) => void) | undefined;
}

/** One letter in one language: what it is made of. */
interface Writing extends Filled {
  /** The operator's folders before ours; nothing where the operator has none. */
  operators: Engine | undefined;
  ours: Engine;
  folders: string[];
  language: string;
  scope: Record<string, unknown>;
  onBroken: RenderOptions["onBroken"];
}

export function renderer(options: RenderOptions = {}): Render {
  const { directory, onBroken } = options;
  const ours = engineOver([OUR_FOLDER], { settled: true });
  const fleetBrand = options.brand === "default" ? undefined : options.brand;

  return async (asked) => {
    const filled = fill(asked, linkToOf(options));
    if ("faults" in filled) throw new Refused(told(asked.template, filled.faults));
    const brand = shownLine(asked.brand ?? "") || fleetBrand;
    const folders = foldersFor(directory, brand);
    const operators = folders.length > 0 ? engineOver([...folders, OUR_FOLDER], { settled: false }) : undefined;
    for (const language of languagesFor(asked.language, options.language)) {
      const places = asked.outside?.words ?? [];
      const said = marked({ ...filled.values, brand: brand ?? "Certfleet" }, places, language);
      const scope = { ...said, language };
      const words = await write({ ...filled, folders, operators, ours, language, scope, onBroken });
      if (!words) continue;
      const { text, html } = words;
      const told = places.length > 0 && {
        text: wrapped(withNotice(text, language)),
        html: withHtmlNotice(html, language),
      };
      const letter = { ...words, ...told, attachments: filled.attachments };
      return options.console && isForOperators(filled.name) ? linkedToConsole(letter, options.console, scope) : letter;
    }
    throw new Refused(`mail template ${filled.name} has no text, not even in English`);
  };
}

function isForOperators(name: TemplateName): boolean {
  return templates[name].to === "department";
}

function linkedToConsole(letter: Letter, console: PublicUrl, scope: Record<string, unknown>): Letter {
  const link = consoleLink(console, scope);
  const language = String(scope.language);
  return {
    ...letter,
    text: withConsoleLink(letter.text, link, language),
    html: withHtmlConsoleLink(letter.html, link, language),
  };
}

/** All three parts in one language, or nothing when the operator's are the only ones and one of them is broken. */
async function write(writing: Writing): Promise<Omit<Letter, "attachments"> | undefined> {
  const { folders, name, language } = writing;
  if (!speaks([...folders, OUR_FOLDER], name, language)) return undefined;
  const subject = await writePart("subject", writing);
  const text = await writePart("txt", writing);
  if (subject === undefined || text === undefined) return undefined;
  const html = await writePart("html", { ...writing, scope: { ...writing.scope, subject: oneLine(subject) } });
  return html === undefined ? undefined : { subject: oneLine(subject), text: wrapped(tidy(text)), html: tidy(html) };
}

async function writePart(part: Part, writing: Writing): Promise<string | undefined> {
  const { operators, ours, folders, name, language, scope, onBroken } = writing;
  const file = fileOf(name, language, part);
  if (operators) {
    try {
      return linked(filledIn(await operators.write(file, part, scope)), { part, link: scope.link });
    } catch (error) {
      const { problem, file: at = findIn([...folders, OUR_FOLDER], file), line } = placeOf(error);
      onBroken?.({ template: name, language, part, problem, file: at, line });
    }
    if (!speaks([OUR_FOLDER], name, language)) return undefined;
  }
  try {
    return filledIn(await ours.write(file, part, scope));
  } catch (cause) {
    throw new Refused(`mail template ${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

function filledIn(words: string): string {
  if (words.trim() === "") throw new Error("its result is empty");
  return words;
}

/** A certificate that is linked is attached nowhere: words without its address would leave the customer with none. */
function linked(words: string, { part, link }: { part: Part; link: unknown }): string {
  if (part === "subject" || typeof link !== "string") return words;
  if ((part === "html" ? unescaped(words) : words).includes(link)) return words;
  throw new Error("it does not print {{ link }}, and the certificate is not attached");
}

function told(template: string, faults: readonly { field: string; message: string }[]): string {
  if (faults[0]?.field === "template") return faults[0].message;
  const problems = faults.map(
    ({ field, message }) => `${field.replace(/^values\/?/, "").replaceAll("/", ".") || "values"}: ${message}`,
  );
  return `mail template ${template}: ${problems.join(" ")}`;
}
