// The folders of words as lint sees them: ours, the operator's, each brand's, with the files in them.
import { type Dirent, readdirSync, realpathSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { type Engine, engineOver } from "../../../shared/mail/engine.ts";
import { isFolder, LANGUAGE, OUR_FOLDER } from "../../../shared/mail/folders.ts";

/** One folder of words, with those that stand in where it has none. */
export interface Collection {
  folder: string;
  /** `folder` first, ours last. */
  folders: string[];
  files: string[];
  engine: Engine;
}

/** Ours first, and where there is a `directory` its own and one for each brand in it. @throws Error when it is no folder */
export function collectionsOf(directory: string | undefined): [Collection, ...Collection[]] {
  const ours = collection([OUR_FOLDER], filesIn(OUR_FOLDER));
  if (directory === undefined) return [ours];
  if (!isFolder(directory)) throw new Error(`${directory} is no folder`);
  const byBrand = [...Map.groupBy(filesIn(directory), brandOf)];
  const operators = byBrand.map(([brand, files]) => {
    if (brand === "") return collection([directory, OUR_FOLDER], files);
    const inside = files.map((file) => file.slice(brand.length + 1));
    return collection([join(directory, brand), directory, OUR_FOLDER], inside);
  });
  return [ours, ...operators];
}

function collection(folders: [string, ...string[]], files: string[]): Collection {
  return { folder: folders[0], folders, files, engine: engineOver(folders, { settled: false }) };
}

/** A language holds files alone: what has folders is a brand, though it be called `eu` or `ovh`. */
function brandOf(file: string): string {
  const [first = "", ...below] = file.split("/");
  const least = LANGUAGE.test(first) ? 2 : 1;
  return first !== "parts" && below.length >= least ? first : "";
}

/** Every file below, links among them; hidden ones and a README left out. With `/` on every system. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each: Dirent) => !each.isDirectory() && !/^(\.|README)/.test(each.name))
    .map((each) => relative(folder, join(each.parentPath, each.name)).replaceAll(sep, "/"))
    .sort();
}

/** A path as the reader would type it: inside `directory` as it was given, or inside our `templates`. */
export function shownIn(directory: string | undefined): (path: string) => string {
  const names = new Map([[OUR_FOLDER, "templates"]]).set(realpathSync(OUR_FOLDER), "templates");
  if (directory !== undefined) names.set(join(directory), directory).set(realpathSync(directory), directory);
  return (path) => {
    const folder = [...names.keys()].find((each) => path.startsWith(each + sep));
    return folder === undefined ? path : join(names.get(folder) ?? "", relative(folder, path));
  };
}
