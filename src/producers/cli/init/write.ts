// Writes the planned files: each whole or not at all, and none over another one.
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { Refused } from "../../../shared/base/errors.ts";
import type { Layout, PlannedFile } from "./layout.ts";

const DRAFT = /^\.certfleet-init-\d+\.tmp$/;

export interface Written {
  /** By their paths below the folder. */
  written: string[];
  /** They were there, and hold what they should. */
  kept: string[];
}

/**
 * Files that are there and hold something else; empty: all can be written. What was made up (keys) is never replaced and never in the way.
 * @throws Refused when one cannot be read
 */
export function inTheWay(folder: string, files: readonly PlannedFile[]): string[] {
  const different = files.filter((file) => {
    const there = textIn(join(folder, file.path));
    return there !== undefined && !file.isMadeUp && there !== file.text;
  });
  return different.map(({ path }) => path);
}

/**
 * Writes what is not there yet, in the order of the plan: a crash leaves whole files, and the same words again write the rest.
 * @throws Refused when a file cannot be written, or somebody else has made it meanwhile
 */
export function writeAll(
  folder: string,
  { files, closed, owner }: Pick<Layout, "files" | "closed" | "owner">,
): Written {
  const own = owner !== undefined && process.getuid?.() === 0 ? owner : undefined;
  const found: Written = { written: [], kept: [] };
  try {
    mkdirSync(folder, { recursive: true });
    for (const each of closed) makeClosed(join(folder, each), own);
    for (const file of files) {
      const path = join(folder, file.path);
      const isThere = existsSync(path);
      if (isThere && file.mode === 0o600) chmodSync(path, file.mode);
      if (!isThere) write(path, file, file.path === ".env" ? undefined : own);
      (isThere ? found.kept : found.written).push(file.path);
    }
    return found;
  } catch (error) {
    if (error instanceof Refused) throw error;
    const { code = "unknown reason", path = folder } = error as NodeJS.ErrnoException;
    throw new Refused(
      `${path} cannot be written (${code}). No file is left half written: the same again writes what is missing.`,
    );
  }
}

/** A folder that its owner alone may enter; one that is there keeps its owner. */
function makeClosed(path: string, owner: number | undefined): void {
  const isNew = !existsSync(path);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  chmodSync(path, 0o700);
  if (isNew && owner !== undefined) chownSync(path, owner, owner);
}

/** Beside its place first; a link then gives it its name, which fails when the name is taken. */
function write(path: string, { text, mode }: PlannedFile, owner: number | undefined): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true });
  for (const left of readdirSync(folder)) if (DRAFT.test(left)) rmSync(join(folder, left), { force: true });
  const draft = join(folder, `.certfleet-init-${process.pid}.tmp`);
  try {
    writeFileSync(draft, text, { mode, flag: "wx", flush: true });
    chmodSync(draft, mode); // whatever the umask takes away
    if (owner !== undefined) chownSync(draft, owner, owner);
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new Refused(`${path} was made by somebody else meanwhile. Nothing of it was changed.`);
  } finally {
    rmSync(draft, { force: true });
  }
}

function textIn(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return statSync(path).isFile() ? readFileSync(path, "utf8") : "";
  } catch (error) {
    throw new Refused(`${path} is there and cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}
