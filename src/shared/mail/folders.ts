// Where a mail's words lie: the operator's folder before ours, a brand's before every brand's, a language before its
// kin.
import { readdirSync, realpathSync, type Stats, statSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import type { TemplateName } from "./templates.ts";

/** What every mail consists of; each is a file. */
export const parts = ["subject", "txt", "html"] as const;
export type Part = (typeof parts)[number];

/** Ours: complete in each of our languages. */
export const OUR_FOLDER = join(import.meta.dirname, "../../../templates");
export const ourLanguages = ["en", "es", "ru"] as const;

/** `en` or `en-GB`, as in notifications. */
export const LANGUAGE = /^[a-z]{2,3}(-[A-Z]{2})?$/;
/** A name that cannot lead out of a folder: no separator, no dot in front. */
const BRAND = /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}$/u;

/**
 * The operator's folders that hold words for this brand, the first goes first. A brand whose folder is a link to
 * elsewhere has none: links may not lead out of `directory`.
 */
export function foldersFor(directory: string | undefined, brand: string | undefined): string[] {
  if (directory === undefined || !isFolder(directory)) return [];
  const own = brand !== undefined && BRAND.test(brand) ? join(directory, brand) : undefined;
  return own !== undefined && isFolder(own) && isInside(own, directory) ? [own, directory] : [directory];
}

/** The whole path of the operator's folder where no folder is: mails are written in our words until there is one. */
export function missingFolder(directory: string | undefined): string | undefined {
  return directory === undefined || isFolder(directory) ? undefined : resolve(directory);
}

/** The languages in which a mail is tried: `en-GB`, `en`, what the fleet speaks by default, English. */
export function languagesFor(asked: string | undefined, fleet: string | undefined): string[] {
  const wished: (string | undefined)[] = [asked, asked?.split("-")[0], fleet, fleet?.split("-")[0], "en"];
  return [...new Set(wished.filter((each): each is string => each !== undefined && LANGUAGE.test(each)))];
}

/** Every language in which this mail can be written as it is. */
export function languagesOf(
  name: TemplateName,
  { directory, brand }: { directory?: string | undefined; brand?: string | undefined },
): string[] {
  const folders = [...foldersFor(directory, brand), OUR_FOLDER];
  const all = folders.flatMap((folder) => readdirSync(folder)).filter((each) => LANGUAGE.test(each));
  return [...new Set(all)].sort().filter((language) => speaks(folders, name, language));
}

/** The path of a part inside its folder. */
export function fileOf(name: TemplateName, language: string, part: Part): string {
  return `${language}/${name}.${part}`;
}

/** Every part of the mail is in one folder or another. */
export function speaks(folders: readonly string[], name: TemplateName, language: string): boolean {
  return parts.every((part) => findIn(folders, fileOf(name, language, part)) !== undefined);
}

/** Where the file is, in the first folder that has it. */
export function findIn(folders: readonly string[], file: string): string | undefined {
  return folders.map((folder) => join(folder, file)).find(isFile);
}

/** Behind all links, the path lies in the folder. */
export function isInside(path: string, folder: string): boolean {
  try {
    return realpathSync(path).startsWith(realpathSync(folder) + sep);
  } catch {
    return false; // a link to nowhere
  }
}

export function isFile(path: string): boolean {
  return statOf(path)?.isFile() ?? false;
}

export function isFolder(path: string): boolean {
  return statOf(path)?.isDirectory() ?? false;
}

/** What may not be looked at (no right to, a circle of links, too long a name) is not there: no mail may hang on it. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
