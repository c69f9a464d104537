// Finds what is wrong with the text of mails before one is sent: every file, built-in or the operator's, filled with every variant of its mail.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { placeOf, type Wish } from "../../../shared/mail/engine.ts";
import { fill } from "../../../shared/mail/filled.ts";
import {
  fileOf,
  findIn,
  isFolder,
  isInside,
  LANGUAGE,
  OUR_FOLDER,
  ourLanguages,
  type Part,
  parts,
} from "../../../shared/mail/folders.ts";
import { isTemplate, type TemplateName, templateNames, templates } from "../../../shared/mail/templates.ts";
import { type Collection, collectionsOf, shownIn } from "./collections.ts";
import { type Face, facesOf } from "./faces.ts";

export interface TemplateFault {
  /** Inside `directory` as it was given, or inside our `templates`. */
  file: string;
  line: number | undefined;
  problem: string;
}

/**
 * Looks at every file. A mail itself would only meet the faults of the words that it takes.
 * @param directory the operator's folder; without it only ours is looked at
 * @param linkTo as for `fill`: words that never print the link leave the customer without a certificate
 * @throws Error when `directory` is no folder
 */
export async function lintTemplates(
  directory: string | undefined,
  linkTo?: string,
): Promise<{ checked: number; faults: TemplateFault[] }> {
  const [ours, ...operators] = collectionsOf(directory);
  const found = [await lintOurs(ours, linkTo)];
  for (const collection of operators) found.push(await lintCollection(collection, linkTo));
  const shown = shownIn(directory);
  const faults = found.flatMap((each) => each.faults.map((fault) => ({ ...fault, file: shown(fault.file) })));
  return { checked: found.reduce((sum, { checked }) => sum + checked, 0), faults: unique(faults) };
}

type Linted = Awaited<ReturnType<typeof lintTemplates>>;

/** Our own text does not change while the program runs: it is looked at once. */
const lintedOurs = new Map<string | undefined, Promise<Linted>>();

function lintOurs(ours: Collection, linkTo: string | undefined): Promise<Linted> {
  const linted = lintedOurs.get(linkTo) ?? lintCollection(ours, linkTo);
  lintedOurs.set(linkTo, linted);
  return linted;
}

/** Files as whole paths. */
async function lintCollection(collection: Collection, linkTo: string | undefined): Promise<Linted> {
  const faults: TemplateFault[] = [];
  const say: Say = (file, problem, line) => void faults.push({ file, line, problem });
  for (const file of collection.files) await checkFile(file, { ...collection, linkTo }, say);
  for (const file of missingFrom(collection)) {
    say(join(collection.folder, file), `is missing: without it this mail is not sent in ${file.split("/")[0]}`);
  }
  return { checked: collection.files.length, faults };
}

type Say = (file: string, problem: string, line?: number) => void;

async function checkFile(
  file: string,
  { folder, engine, linkTo }: Collection & { linkTo: string | undefined },
  say: Say,
): Promise<void> {
  const path = join(folder, file);
  if (!isInside(path, folder)) return say(path, "is a link that leads out of the folder; it is not read");
  if (isFolder(path)) return;
  for (const { line, problem } of loadedFromOutside(path)) say(path, problem, line);
  if (file.startsWith("parts/")) return;
  const [, language = "", name = "", part = ""] = /^([^/]+)\/([^/]+)\.([a-z]+)$/.exec(file) ?? [];
  if (!LANGUAGE.test(language) || !isPart(part)) {
    return say(path, `is used by no mail: files are called <language>/<name>.${parts.join("|")}`);
  }
  if (!isTemplate(name)) return say(path, `there is no mail ${name}; the mails are ${templateNames.join(", ")}`);
  try {
    const wishes = await engine.asksFor(file, part);
    const unknown = wishes.filter((wish) => !isOffered(wish, name));
    for (const wish of unknown) say(wish.file, `${name} has no value ${wish.path.join(".")}`, wish.line);
    if (unknown.length > 0) return;
    if (part !== "subject" && linkTo !== undefined && "chainPem" in templates[name].example && !wishes.some(isOfLink))
      say(path, "prints no {{ link }}: templates.certificate is link, so the customer would not get the certificate");
  } catch (error) {
    const { problem, file: at = path, line } = placeOf(error);
    return say(at, problem, line);
  }
  for (const face of facesOf(name)) {
    const fault = await faultOf(() => engine.write(file, part, scopeOf(face, { name, language, linkTo })));
    if (!fault) continue;
    const where = face.face === name ? "" : `, as ${face.face}`;
    return say(fault.file ?? path, `${fault.problem}${where}`, fault.line);
  }
}

async function faultOf(write: () => Promise<string>): Promise<ReturnType<typeof placeOf> | undefined> {
  try {
    const words = await write();
    const problem =
      words.trim() === "" ? "is empty when filled in" : /\[object [A-Z]/.test(words) ? "prints [object …]" : undefined;
    return problem === undefined ? undefined : { problem, file: undefined, line: undefined };
  } catch (error) {
    return placeOf(error);
  }
}

function isPart(text: string): text is Part {
  return (parts as readonly string[]).includes(text);
}

const FOR_EVERY_MAIL = ["brand", "language", "subject"];

/** As `render` fills it. */
function scopeOf(
  { values }: Face,
  { name, language, linkTo }: { name: TemplateName; language: string; linkTo: string | undefined },
): Record<string, unknown> {
  const filled = fill({ template: name, values }, linkTo);
  const printed = "faults" in filled ? {} : filled.values;
  return { ...printed, brand: "Certfleet", language, subject: "Subject" };
}

function isOfLink({ path: [first] }: Wish): boolean {
  return first === "link";
}

/** Follows the path as far as the schema tells of objects; what lists and texts have beside (`size`, `first`) is the engine's. */
function isOffered({ path }: Wish, name: TemplateName): boolean {
  const [first = "", ...deeper] = path;
  if (FOR_EVERY_MAIL.includes(first)) return true;
  let schema: unknown = templates[name].values;
  for (const field of [first, ...deeper]) {
    while (schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) schema = schema.unwrap();
    if (!(schema instanceof z.ZodObject)) return true;
    if (!Object.hasOwn(schema.shape, field)) return false;
    schema = schema.shape[field];
  }
  return true;
}

/** What a mail program would fetch, or refuse to show. A link that people may click loads nothing by itself. */
const FETCHED =
  /\b(?:src|srcset|background|poster|data)\s*=\s*["']?\s*(?:https?:)?\/\/|url\(\s*["']?\s*(?:https?:)?\/\/|@import\b/gi;
const NO_MAIL = /<(?:link|script|iframe|object|embed|form|base)\b/gi;

function loadedFromOutside(path: string): { line: number; problem: string }[] {
  if (!path.endsWith(".html")) return [];
  const source = readFileSync(path, "utf8");
  const found = (pattern: RegExp, problem: string) =>
    [...source.matchAll(pattern)].map(({ index, 0: what }) => ({
      line: source.slice(0, index).split("\n").length,
      problem: `${problem}: ${what.trim()}`,
    }));
  return [...found(FETCHED, "loads something from another site"), ...found(NO_MAIL, "is not allowed in a mail")];
}

/** A mail is written in a language only when all its parts are there, here or where it may be taken from. */
function missingFrom({ folder, folders, files }: Collection): string[] {
  const begun = files.flatMap((file) => {
    const [, language = "", name = ""] = /^([^/]+)\/([^/]+)\.[a-z]+$/.exec(file) ?? [];
    return LANGUAGE.test(language) && isTemplate(name) ? [{ language, name }] : [];
  });
  const owed =
    folder === OUR_FOLDER
      ? ourLanguages.flatMap((language) => templateNames.map((name) => ({ language, name })))
      : begun;
  const all = owed.flatMap(({ language, name }) => parts.map((part) => fileOf(name, language, part)));
  return [...new Set(all)].filter((file) => findIn(folders, file) === undefined);
}

/** A fault of a part is met by every mail that takes it. */
function unique(faults: readonly TemplateFault[]): TemplateFault[] {
  return [...new Map(faults.map((each) => [`${each.file}:${each.line}:${each.problem}`, each])).values()];
}
