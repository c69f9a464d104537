// Which certificates are meant: conditions such as `status=issued domain=*.example.com`, all of which must hold. Whatever is
// not understood is refused: a filter that means less than it says would change too much.
import { type Certificate, type Status, statuses, statusOf } from "../../../shared/certificate/certificate.ts";
import type { Query } from "../../../shared/certificate/list.ts";
import { badWords } from "../bad-words.ts";
import { nearestOf } from "../bulk/nearest.ts";

/** As docs/howto/bulk.md lists them. */
export const CONDITIONS = [
  ...(["status", "domain", "reference", "product", "account", "tenant", "customer"] as const),
  ...(["expires-before", "expires-after", "attention"] as const),
] as const;
type Name = (typeof CONDITIONS)[number];

export interface Filter {
  /** As it was understood, for people. */
  text: string;
  /** As they were given; none: every certificate. */
  conditions: readonly string[];
  /** What the lists of Redis can tell. */
  query: Query;
  fits: (certificate: Certificate, now: Date) => boolean;
}

interface Condition {
  name: Name;
  value: string;
}

/** Every certificate: never meant by accident. */
export const EVERYTHING: Filter = { text: "all", conditions: [], query: {}, fits: () => true };

/** @throws Error of wrong usage that names what is not understood */
export function readFilter(texts: readonly string[]): Filter {
  const conditions = texts.flatMap((text) => {
    const found = conditionsIn(text);
    if (found.length === 0) throw badWords("--where is empty: it would mean every certificate. Write --all for that.");
    return found;
  });
  const tests = conditions.map(testOf);
  const only = (name: Name): string | undefined => conditions.find((each) => each.name === name)?.value;
  const domain = only("domain")?.toLowerCase();
  const before = only("expires-before");
  return {
    conditions: texts,
    text: conditions.map(({ name, value }) => `${name}=${/\s/.test(value) ? JSON.stringify(value) : value}`).join(" "),
    query: {
      status: only("status") as Status | undefined,
      domain: domain?.includes("*") ? undefined : domain,
      expiresBefore: before === undefined ? undefined : timeOf("expires-before", before),
    },
    fits: (certificate, now) => tests.every((test) => test(certificate, now)),
  };
}

/** `key=value`, several of them with blanks between; a value with blanks stands in double quotes. */
function conditionsIn(text: string): Condition[] {
  const found: Condition[] = [];
  let rest = text.trim();
  while (rest !== "") {
    const read = /^([A-Za-z_-]+)\s*=\s*(?:"([^"]*)"|([^\s"]*))(?:\s+|$)/.exec(rest);
    const [whole = "", name = "", quoted, plain = ""] = read ?? [];
    if (!read) throw badWords(`--where: ${JSON.stringify(rest)} is no condition such as status=issued.`);
    const value = quoted ?? plain;
    if (!isName(name)) throw badWords(unknown(name));
    if (value.trim() === "") throw badWords(`--where: ${name} has no value.`);
    found.push({ name, value });
    rest = rest.slice(whole.length);
  }
  return found;
}

function isName(name: string): name is Name {
  return (CONDITIONS as readonly string[]).includes(name);
}

function unknown(name: string): string {
  const near = nearestOf(name, CONDITIONS);
  return `--where: there is no condition ${name}${near ? `; the nearest is ${near}` : ""}. There are ${CONDITIONS.join(", ")}.`;
}

function testOf({ name, value }: Condition): Filter["fits"] {
  switch (name) {
    case "status": {
      if (!(statuses as readonly string[]).includes(value))
        throw badWords(`--where: status=${value} is none of ${statuses.join(", ")}.`);
      return (certificate, now) => statusOf(certificate, now) === value;
    }
    case "attention": {
      if (!/^(yes|no)$/.test(value)) throw badWords("--where: attention is yes or no.");
      return ({ record }) => (record.attention !== null) === (value === "yes");
    }
    case "expires-before": {
      const time = timeOf(name, value);
      return ({ record }) => record.issue !== null && new Date(record.issue.notAfter) < time;
    }
    case "expires-after": {
      const time = timeOf(name, value);
      return ({ record }) => record.issue !== null && new Date(record.issue.notAfter) >= time;
    }
    default: {
      const pattern = patternOf(value);
      return (certificate) => pattern.test(textOf(certificate, name) ?? "");
    }
  }
}

function textOf(
  { order, record }: Certificate,
  name: Exclude<Name, "status" | "attention">,
): string | null | undefined {
  switch (name) {
    case "account":
      return record.account;
    case "customer":
      return record.terms.customer.email;
    case "domain":
    case "reference":
    case "product":
    case "tenant":
      return order[name];
    default:
      return undefined;
  }
}

/** `*` stands for any characters; capitals do not count. */
function patternOf(value: string): RegExp {
  const parts = value.split("*").map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "is");
}

function timeOf(name: Name, value: string): Date {
  const read = new Date(value);
  if (/^\d{4}-\d{2}-\d{2}(T.+(Z|[+-]\d{2}:\d{2}))?$/.test(value) && !Number.isNaN(read.getTime())) return read;
  throw badWords(`--where: ${name} must be a date such as 2027-01-31, or a time such as 2027-01-31T12:00:00Z.`);
}
