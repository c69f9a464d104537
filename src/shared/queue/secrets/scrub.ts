// Takes secrets out of a job's data, at any depth: private keys always, fields with the name of a secret where the job
// is refused.

import { isPrivatePart, isSecretName, REMOVED, REMOVED_FIELD, withoutKeys } from "./find.ts";

export interface Scrubbed {
  value: unknown;
  /** Where something was removed, as a path: `contacts/admin/note`; `job` for the whole. */
  places: string[];
}

/** Deeper than any contract: no such job is taken, and when it is refused, what lies below goes as a whole. */
const DEEPEST = 64;

/**
 * A copy of the value without private keys; `byName`: without what is called a password, a token or a secret, either.
 */
export function scrub(value: unknown, { byName = false } = {}): Scrubbed {
  const places: string[] = [];
  const remove = (at: readonly string[], instead: string): string => {
    places.push(at.length > 0 ? at.join("/") : "job");
    return instead;
  };
  const copy = (each: unknown, at: readonly string[]): unknown => {
    if (typeof each === "string") {
      const clean = withoutKeys(each);
      return clean === each ? each : remove(at, clean);
    }
    if (typeof each !== "object" || each === null) return each;
    if (at.length >= DEEPEST) return byName ? remove(at, REMOVED_FIELD) : each;
    if (Array.isArray(each)) return each.map((item, i) => copy(item, [...at, `${i}`]));
    const isSecret = (name: string): boolean => isPrivatePart(name, each) || (byName && isSecretName(name));
    const entries = Object.entries(each).map(([name, item]): [string, unknown] => {
      const cleanName = withoutKeys(name);
      const inside = [...at, cleanName];
      if (cleanName !== name) remove(at, REMOVED);
      const isEmpty = item === null || item === undefined || item === "" || item === REMOVED_FIELD;
      return [cleanName, isSecret(name) && !isEmpty ? remove(inside, REMOVED_FIELD) : copy(item, inside)];
    });
    return Object.fromEntries(entries);
  };
  return { value: copy(value, []), places };
}

/** What is no JSON is searched as text: keys, and what stands behind the name of a secret. */
export function scrubText(text: string): string {
  return withoutKeys(text).replace(NAMED, (whole, name: string, between: string) =>
    isSecretName(name) ? `${name}${between}"${REMOVED_FIELD}"` : whole,
  );
}

const NAMED = /([A-Za-z][\w-]{1,40})(["']?\s*[:=]\s*)("(?:[^"\\]|\\.)*"?|'[^']*'?|[^\s,;&}\]]+)/g;
