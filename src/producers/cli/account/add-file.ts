// The configuration file with one account more: nobody's comments, order or line ends are lost, and nobody reads half a file.
import {
  chmodSync,
  chownSync,
  existsSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { isMap, isScalar, isSeq, parse, parseDocument, stringify } from "yaml";
import { Refused } from "../../../shared/base/errors.ts";
import { badSettings } from "../../../shared/base/read-settings.ts";

/** What is written of an account: what a person said, without defaults. */
export type NewAccount = Record<string, string | number>;

/** The text of the file, empty when there is none. @throws Error when it is there and cannot be read */
export function readConfig(path: string): string {
  if (!existsSync(path)) return "";
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw badSettings([`CERTFLEET_CONFIG (${path}): it cannot be read`]);
  }
}

/** What a new file begins with. `schema`: where the JSON Schema lies, which editors then check by. */
export function headOf(path: string, schema: string): string {
  const way = relative(dirname(path), schema);
  const link = existsSync(schema) ? `# yaml-language-server: $schema=${way.startsWith(".") ? way : `./${way}`}\n` : "";
  return `${link}# The configuration of Certfleet. A change is loaded while Certfleet runs, or refused as a whole in its log.\n`;
}

/**
 * `text` is a configuration that was read without complaint. A list of accounts that is written as a block gets its lines behind the
 * last one, and nothing else changes; only lists in brackets are written anew.
 * @throws Refused when the accounts are written in a way that cannot be added to
 */
export function withAccount(text: string, account: NewAccount): string {
  const before = (parse(text) ?? {}) as { accounts?: unknown[] };
  const after = { ...before, accounts: [...(before.accounts ?? []), account] };
  for (const change of [inserted, rewritten]) {
    const changed = change(text, account);
    const { errors, contents } = parseDocument(changed ?? "");
    if (changed !== undefined && errors.length === 0 && isDeepStrictEqual(contents?.toJSON(), after)) return changed;
  }
  throw new Refused(
    "The accounts in the file are written in a form that this program does not change. Add the account by hand.",
  );
}

/** The file as it was left: `mode` are the permission bits, `uid` is its owner. */
export interface Written {
  isNew: boolean;
  mode: number;
  uid: number;
}

/**
 * Writes beside the file and renames. The file keeps its mode and its group, and its owner where we may give it away: the workers may
 * read it as any of them. A new one may be read by everybody, but one with a secret by its owner alone. A link is followed.
 * @param isSecret whether what is new in `text` is
 * @throws Refused when it cannot be written so, and nothing is changed then
 */
export function writeConfig(path: string, text: string, { isSecret }: { isSecret: boolean }): Written {
  const target = existsSync(path) ? realpathSync(path) : path;
  const old = existsSync(target) ? statSync(target) : undefined;
  const mode = old ? old.mode & 0o777 : isSecret ? 0o600 : 0o644;
  const draft = join(dirname(target), `.certfleet-${process.pid}.tmp`);
  try {
    writeFileSync(draft, text, { mode: 0o600, flag: "wx", flush: true });
    if (old) keepOwners(draft, old);
    chmodSync(draft, mode);
    const { uid } = statSync(draft);
    renameSync(draft, target);
    return { isNew: old === undefined, mode, uid };
  } catch (error) {
    rmSync(draft, { force: true });
    throw new Refused(`${path} cannot be written (${(error as NodeJS.ErrnoException).code ?? "unknown reason"}).`);
  }
}

/** Only root gives a file to another owner; to a group of theirs everybody may. */
function keepOwners(draft: string, { uid, gid }: { uid: number; gid: number }): void {
  try {
    chownSync(draft, uid, gid);
  } catch {
    chownSync(draft, -1, gid);
  }
}

/** Undefined where there is no block to add lines to. */
function inserted(text: string, account: NewAccount): string | undefined {
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const lines = (indent: string): string =>
    stringify([account], { lineWidth: 0 })
      .replaceAll(/^(?=.)/gm, indent)
      .replaceAll("\n", eol);
  const ended = (part: string): string => (part === "" || part.endsWith("\n") ? part : `${part}${eol}`);

  const document = parseDocument(text);
  const accounts = document.get("accounts", true);
  if (isMap(document.contents) && document.contents.flow) return undefined;
  if (accounts === undefined) return `${ended(text)}accounts:${eol}${lines("  ")}`;
  if (isScalar(accounts) && accounts.source === "" && accounts.range) {
    const end = text.indexOf("\n", accounts.range[0]) + 1 || text.length;
    return `${ended(text.slice(0, end))}${lines("  ")}${text.slice(end)}`;
  }
  if (!isSeq(accounts) || accounts.flow || !accounts.range) return undefined;
  const [begin, end] = accounts.range;
  const indent = text.slice(text.lastIndexOf("\n", begin - 1) + 1, begin);
  if (indent.trim() !== "") return undefined;
  return `${ended(text.slice(0, end))}${lines(indent)}${text.slice(end)}`;
}

function rewritten(text: string, account: NewAccount): string {
  const document = parseDocument(text);
  const accounts = document.get("accounts", true);
  if (isSeq(accounts)) accounts.add(document.createNode(account));
  else if (accounts === undefined || (isScalar(accounts) && accounts.value === null))
    document.set("accounts", [account]);
  const written = document.toString({ lineWidth: 0 });
  return text.includes("\r\n") ? written.replaceAll(/\r?\n/g, "\r\n") : written;
}
