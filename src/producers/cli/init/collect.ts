// Collects the answers of `certfleet init`: from options, from an answers file, or from the person at the terminal.
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { placesOf } from "../../../shared/base/fault.ts";
import { badSettings } from "../../../shared/base/read-settings.ts";
import { readYaml } from "../../../shared/config/yaml-lines.ts";
import type { Asking } from "../account/add-terminal.ts";
import { answersFile, faultOf } from "./forms.ts";
import { type Answers, optionOf, presetOf, type Question, questions } from "./questions.ts";
import { journalFolders, type Way, ways, wayTexts } from "./ways.ts";

export interface Given {
  for?: Way;
  /** Path of the answers file. */
  answers?: string;
  /** By field: what the options say. */
  said: Answers;
}

export interface Collected {
  way: Way;
  answers: Answers;
  /** By the field that names their file: what is in it, or what a person typed. Certificates as well. */
  secrets: Answers;
}

/**
 * With an answers file nobody is asked: what it does not say has its preset.
 * @throws Error (wrong settings) naming every answer that is missing, wrong or unknown
 */
export async function collect(
  { for: way, answers: file, said }: Given,
  person: Asking | undefined,
): Promise<Collected> {
  const fromFile = file === undefined ? {} : readAnswers(file);
  const asking = file === undefined ? person : undefined;
  const chosen = way ?? fromFile.for ?? (await asking?.choose("Deploy with", choices));
  if (chosen === undefined) throw badSettings([`--for is missing: it must be ${ways.join(", ")}`]);

  const given = { ...fromFile, ...withoutEmpty(said) };
  const found: Collected = { way: chosen as Way, answers: {}, secrets: {} };
  const problems: string[] = [];
  for (const question of questions) {
    const problem = isAsked(question, found)
      ? await answer(question, { found, given: given[question.field], asking })
      : notFor(question, given[question.field], found.way);
    if (problem) problems.push(problem);
  }
  problems.push(...together(found));
  if (problems.length > 0) throw badSettings(problems);
  return found;
}

const choices = ways.map((value) => ({ value, name: `${value}: ${wayTexts[value]}` }));

/** Some questions follow from earlier answers. */
function isAsked({ only, neededWith, when }: Question, { way, answers }: Collected): boolean {
  if (only && !only.includes(way)) return false;
  if (neededWith && answers[neededWith] === undefined) return false;
  return when?.(answers) ?? true;
}

/** Undefined when it went well, else what is wrong. */
async function answer(
  question: Question,
  { found, given, asking }: { found: Collected; given: string | undefined; asking: Asking | undefined },
): Promise<string | undefined> {
  const { field, label, hint, secret, pem } = question;
  const isNeeded = question.needed || question.neededWith !== undefined;
  if (secret && given === undefined && asking) {
    const typed = await asking.secret(secret.label, (text) =>
      isNeeded && text === "" ? "must not be empty" : undefined,
    );
    if (typed !== "") found.secrets[field] = typed;
    return undefined;
  }
  const preset = presetOf(question, found.way);
  const check = (text: string): string | undefined => {
    if (text === "") return isNeeded ? "must not be empty" : undefined;
    return faultOf(question, text) ?? (pem ? contentOf(question, text).fault : undefined);
  };
  const text = given ?? (asking ? await asking.text({ label, hint, preset, check }) : preset) ?? "";
  if (text === "") return isNeeded ? `${optionOf(field)} (${field}) is missing: ${label}` : undefined;
  const { content, fault } = secret || pem ? contentOf(question, text) : {};
  const wrong = faultOf(question, text) ?? fault;
  if (wrong) return `${optionOf(field)} (${field}): ${wrong}`;
  found.answers[field] = text;
  if (content !== undefined) found.secrets[field] = content;
  return undefined;
}

/** What is in the file that an answer names; a complaint never holds it. */
function contentOf({ pem }: Question, path: string): { content?: string; fault?: string } {
  let content: string;
  try {
    content = readFileSync(path, "utf8").replace(/\r?\n$/, "");
  } catch {
    return { fault: "the file cannot be read" };
  }
  if (pem) return /-----BEGIN [A-Z ]+-----/.test(content) ? { content } : { fault: "the file must be in PEM form" };
  return content === "" || /[\r\n]/.test(content) ? { fault: "the file must hold one line" } : { content };
}

function notFor({ field }: Question, given: string | undefined, way: Way): string | undefined {
  return given === undefined
    ? undefined
    : `${optionOf(field)} (${field}): not with these answers for ${way}: leave it out`;
}

/** The units and the manifests write to one folder only. */
function together({ way, answers: { journal } }: Collected): string[] {
  const folder = journalFolders[way];
  if (!journal?.startsWith("/") || journal === folder) return [];
  return [`--journal (journal): must be ${folder} (mount another disk there), or the address of a second Redis`];
}

function readAnswers(file: string): Answers & { for?: Way } {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw badSettings([`--answers: ${file} cannot be read`]);
  }
  const { data, lineOf } = readYaml(text, file);
  const read = answersFile.safeParse(data);
  if (!read.success) {
    const places = placesOf(read.error.issues);
    throw badSettings(
      places.map(({ path, message }) => `${file}:${lineOf(path)}: ${path.join(".") || "document"}: ${message}`),
    );
  }
  const named = questions.filter(({ secret, pem }) => secret || pem).map(({ field }) => field);
  const entries = Object.entries(withoutEmpty(read.data as Answers));
  return Object.fromEntries(
    entries.map(([field, value]) => [field, named.includes(field) ? resolve(dirname(file), value) : value]),
  );
}

function withoutEmpty(said: Record<string, string | undefined>): Answers {
  const kept = Object.entries(said).flatMap(([field, text]) => (text?.trim() ? [[field, text.trim()] as const] : []));
  return Object.fromEntries(kept);
}
