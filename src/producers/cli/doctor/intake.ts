// What `doctor` says of the lists that orders are checked with before they are accepted: how old the public suffixes are,
// and whether Debian's weak keys can be looked up.
import { existsSync, readdirSync } from "node:fs";
import { daysBetween } from "../../../shared/base/dates.ts";
import type { Finding } from "../../../shared/base/result.ts";
import { fleetFileOf } from "../../../shared/config/fleet-file.ts";
import { SUFFIX_LIST } from "../../../shared/intake/public-name.ts";
import { intakeRules } from "../../../shared/intake/rules.ts";

/** New top-level domains come a few a year; names below those that the list does not have are refused. */
const TOO_OLD_DAYS = 365;

export function examineIntake(env: NodeJS.ProcessEnv, now: Date): Finding[] {
  return [publicSuffixes(now), ...weakKeys(env)];
}

function publicSuffixes(now: Date): Finding {
  const name = "Public suffixes";
  const days = Math.max(0, daysBetween(new Date(SUFFIX_LIST.publishedOn), now));
  const detail = `the list is of ${SUFFIX_LIST.publishedOn} (${days} ${days === 1 ? "day" : "days"} old)`;
  if (days <= TOO_OLD_DAYS) return { name, state: "ok", detail };
  const remedy = "Update Certfleet: names under newer top-level domains are refused.";
  return { name, state: "ill", detail, remedy };
}

/** Nothing where the file cannot be read: that is told where the settings are looked at. */
function weakKeys(env: NodeJS.ProcessEnv): Finding[] {
  const name = "Weak keys";
  try {
    const { weakKeyLists: folder } = intakeRules(fleetFileOf(env));
    const lists = existsSync(folder) ? readdirSync(folder).filter((file) => /^blacklist\.RSA-\d+$/.test(file)) : [];
    if (lists.length > 0) return [{ name, state: "ok", detail: `Debian's are looked up in ${folder}` }];
    const detail = `no lists of Debian's weak keys (CVE-2008-0166) in ${folder}: those keys are not found; close primes and ROCA are`;
    return [{ name, state: "skipped", detail }];
  } catch {
    return [];
  }
}
