// billmgr.conf, BILLmanager's own settings: the two lines of it that are about subscriptions. Everything else in it is
// ignored.
import { readFileSync, statSync } from "node:fs";
import { badSettings } from "../base/read-settings.ts";
import { shownLine } from "../base/text/unseen.ts";
import type { Policy } from "../subscription/policy.ts";
import { beforeDaysText, policyModeText } from "../subscription/policy.ts";

/** A value and the line it stands in, from 1. */
export interface OnLine<T> {
  value: T;
  line: number;
}

/** What the file says; of a name that it gives several times the last line, as such files are read. */
export interface BillmgrPolicy {
  mode?: OnLine<Policy["mode"]>;
  beforeDays?: OnLine<number>;
}

const MAX_BYTES = 1_048_576;
const SHOWN_CHARACTERS = 40;

/** @throws Error listing what is wrong: a file that cannot be read or is larger than 1 MB, and every wrong value */
export function readBillmgrConf(path: string): BillmgrPolicy {
  const { policy, problems } = parseBillmgrConf(readText(path));
  if (problems.length > 0) throw badSettings(problems.map((each) => `BILLMGR_CONF (${path}), ${each}`));
  return policy;
}

/**
 * `SSLSubscriptionPolicy auto`, the same behind `Option`, or with an equals sign; the value may be quoted, `#` begins a
 * comment. BILLmanager's manual shows no line of the file, so every spelling that it uses elsewhere is taken.
 */
export function parseBillmgrConf(text: string): { policy: BillmgrPolicy; problems: string[] } {
  const policy: BillmgrPolicy = {};
  const problems: string[] = [];
  for (const [i, content] of text
    .replace(/^\uFEFF/, "")
    .split(/\r\n|\n|\r/)
    .entries()) {
    const [, name, behind = ""] = OURS.exec(content) ?? [];
    if (!name) continue;
    const line = i + 1;
    const given = bare(behind);
    const read = name === "SSLSubscriptionPolicy" ? policyModeText.safeParse(given) : beforeDaysText.safeParse(given);
    if (!read.success) problems.push(`line ${line}: ${name} ${read.error.issues[0]?.message}, not ${shown(given)}`);
    else if (typeof read.data === "number") policy.beforeDays = { value: read.data, line };
    else policy.mode = { value: read.data, line };
  }
  return { policy, problems };
}

const OURS = /^\s*(?:Option\s+)?(SSLSubscriptionPolicy|SSLSubscriptionBefore)(?![\w.-])(.*)$/s;

/** The value without equals sign, comment and quotes. */
function bare(behind: string): string {
  const value = behind.replace(/#.*$/s, "").replace(/^\s*=/, "").trim();
  return /^(["'])(.*)\1$/s.exec(value)?.[2]?.trim() ?? value;
}

function shown(value: string): string {
  return JSON.stringify(shownLine(value).slice(0, SHOWN_CHARACTERS));
}

function readText(path: string): string {
  let problem = "cannot be read";
  try {
    const file = statSync(path);
    if (file.isFile() && file.size <= MAX_BYTES) return readFileSync(path, "utf8");
    problem = file.isFile() ? "is larger than 1 MB" : "is no plain file";
  } catch {
    // What is there cannot be read: told below, without the system's words.
  }
  throw badSettings([`BILLMGR_CONF (${path}): the file it names ${problem}`]);
}
