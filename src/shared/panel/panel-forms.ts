// The forms in which panels fill their fields: empty text and null for what they do not have, numbers in quotes, words
// in capitals. What is blank counts as absent, wherever it stands; everything else that changes is told.

import type { Normalised } from "./contact.ts";

/** An order is three levels deep; what lies deeper is no field of ours, and refused by its name. */
const DEPTH = 6;

export interface FormsRead {
  body: unknown;
  normalised: Normalised[];
}

/**
 * The body of an order, or of a change of one. `nullable`: fields of the body itself where null says something.
 */
export function readForms(body: unknown, nullable: readonly string[] = []): FormsRead {
  const full = withoutBlanks(body, DEPTH, new Set(nullable));
  if (!isPlain(full)) return { body: full ?? body, normalised: [] };
  const normalised: Normalised[] = [];
  for (const { path, read } of FORMS) readAt(full, path, read, normalised);
  return { body: full, normalised };
}

/** How a field may be written, and what is meant; undefined leaves it to the schema. */
interface Form {
  path: readonly string[];
  read: (text: string) => string | number | undefined;
}

const FORMS: readonly Form[] = [
  { path: ["product"], read: (text) => text.trim() },
  { path: ["years"], read: wholeNumber },
  { path: ["account"], read: (text) => text.trim() },
  { path: ["dataCenter"], read: (text) => text.trim() },
  { path: ["tenant"], read: (text) => text.trim() },
  { path: ["remainder"], read: (text) => text.trim().toLowerCase() },
  { path: ["remainder", "giveUpDays"], read: wholeNumber },
  { path: ["policy", "beforeDays"], read: wholeNumber },
  { path: ["policy", "mode"], read: (text) => text.trim().toLowerCase() },
  { path: ["approver", "method"], read: (text) => text.trim().toLowerCase() },
  { path: ["method"], read: (text) => text.trim().toLowerCase() },
  { path: ["customer", "language"], read: language },
];

/** Fields of this name are one address each; white space around it is none of it. */
const ADDRESS = "email";

function wholeNumber(text: string): number | undefined {
  return /^\d{1,6}$/.test(text.trim()) ? Number(text) : undefined;
}

/** `en_US.UTF-8`, `de_DE@euro` and `EN` of programs that write locales. */
function language(text: string): string | undefined {
  const [, tongue, region] = /^([a-z]{2})(?:[-_]([a-z]{2}))?(?:\.[\w-]+)?(?:@\w+)?$/i.exec(text.trim()) ?? [];
  return tongue && [tongue.toLowerCase(), ...(region ? [region.toUpperCase()] : [])].join("-");
}

function readAt(body: Record<string, unknown>, path: readonly string[], read: Form["read"], told: Normalised[]): void {
  const holder = path.slice(0, -1).reduce<unknown>((at, name) => (isPlain(at) ? at[name] : undefined), body);
  const name = path.at(-1) ?? "";
  if (!isPlain(holder)) return;
  const from = holder[name];
  const to = typeof from === "string" ? read(from) : undefined;
  if (typeof from !== "string" || to === undefined || to === from) return;
  holder[name] = to;
  told.push({ field: path.join("/"), from, to });
}

/** Parts that may be left out, and are left out when all that is in them is blank: forms send them all the same. */
const OPTIONAL_PARTS = new Set(["policy", "remainder", "tech", "billing"]);

/**
 * A copy without null, empty text and optional parts that hold nothing else, in lists, too; undefined when nothing is
 * left.
 */
function withoutBlanks(value: unknown, depth: number, nullable: ReadonlySet<string> = new Set()): unknown {
  if (value === null || (typeof value === "string" && value.trim() === "")) return undefined;
  if (Array.isArray(value) && depth > 0) return value.filter((each) => withoutBlanks(each, depth - 1) !== undefined);
  if (!isPlain(value) || depth === 0) return value;
  const entries = Object.entries(value).flatMap(([name, inner]) => {
    const given = name === ADDRESS && typeof inner === "string" ? inner.trim() : inner;
    const kept = given === null && nullable.has(name) ? null : withoutBlanks(given, depth - 1);
    const isEmpty = OPTIONAL_PARTS.has(name) && isPlain(kept) && Object.keys(kept).length === 0;
    return kept === undefined || isEmpty ? [] : [[name, kept] as const];
  });
  return Object.fromEntries(entries);
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
