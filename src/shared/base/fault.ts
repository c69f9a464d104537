// What is wrong with input, a field and a sentence each: the one shape in which every door refuses it. The sentences
// are ours: this file replaces those of the schema library, for every schema of the process.
import { z } from "zod";

/** One thing that is wrong: where (a JSON pointer without its first slash) and what, as a sentence. */
export interface Fault {
  field: string;
  message: string;
}

/** The same before it is written down: `message` has no full stop. */
export interface PlaceFault {
  path: PropertyKey[];
  message: string;
}

export function faultsOf({ issues }: { issues: readonly z.core.$ZodIssue[] }): Fault[] {
  return placesOf(issues).map(({ path, message }) => ({ field: path.join("/"), message: sentence(message) }));
}

/** Each wrong place; each unknown field is one. */
export function placesOf(issues: readonly z.core.$ZodIssue[]): PlaceFault[] {
  // Of what is of the wrong kind the library also measures the length.
  const kindless = new Set(issues.filter(({ code }) => code === "invalid_type").map(({ path }) => path.join("/")));
  const told = issues.filter(({ code, path }) => !/^too_(big|small)$/.test(code) || !kindless.has(path.join("/")));
  return told.flatMap((issue): PlaceFault[] => {
    const { path, message } = issue;
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => ({ path: [...path, key], message }));
    const branches = issue.code === "invalid_union" && message === NO_FORM ? issue.errors : [];
    const nearest = branches.reduce<z.core.$ZodIssue[] | undefined>(nearer, undefined);
    if (!nearest) return [{ path, message }];
    return placesOf(nearest).map((inner) => ({ ...inner, path: [...path, ...inner.path] }));
  });
}

/** For a schema with a message of its own, such as "must be a date": what is not there at all is told as missing. */
export function must(message: string): { error: (issue: { input?: unknown }) => string } {
  return { error: ({ input }) => unlessMissing(message, input) };
}

function unlessMissing(message: string, input: unknown): string {
  return input === undefined ? `${MISSING}; it ${message}` : message;
}

const MISSING = "is missing";
const NO_FORM = "has none of the allowed forms";

/**
 * What a branch of a union says counts by how little is wrong with it; where fields are unknown it was hardly meant.
 */
function nearer(best: z.core.$ZodIssue[] | undefined, branch: z.core.$ZodIssue[]): z.core.$ZodIssue[] {
  const distance = (issues: z.core.$ZodIssue[]): number =>
    issues.length + issues.filter(({ code, path }) => code === "unrecognized_keys" || path.length === 0).length * 100;
  return best === undefined || distance(branch) < distance(best) ? branch : best;
}

function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}

/** The sentences, for a parser in whose process the library's own ones stay. */
export const ownWords = (issue: z.core.$ZodRawIssue): string => messageOf(issue);

const { customError: hostWords } = z.config();
z.config({ customError: ownWords });

/** For a library: the sentences are for the whole process, which is somebody else's. */
export function leaveWordsToHost(): void {
  z.config({ customError: hostWords });
}

function messageOf(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return typeText(isWhole(issue) ? "int" : `${issue.expected}`, issue.input);
    case "invalid_value":
      return unlessMissing(`must be ${listed(issue.values)}`, issue.input);
    case "too_big":
      return limitText(issue, { bound: issue.maximum, word: "most", beyond: "below" });
    case "too_small":
      if (issue.origin === "string" && Number(issue.minimum) === 1) return "must not be empty";
      return limitText(issue, { bound: issue.minimum, word: "least", beyond: "above" });
    case "invalid_format":
      return FORMATS[issue.format] ?? "has a form that is not allowed";
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    case "unrecognized_keys":
      return "is unknown: remove it, or check its spelling";
    case "invalid_key":
      return "has a name that is not allowed";
    case "invalid_union":
      return unionText(issue);
    default:
      return "is wrong";
  }
}

const TYPES: Readonly<Record<string, string>> = {
  string: "must be text",
  number: "must be a number",
  int: "must be a whole number",
  boolean: "must be true or false",
  array: "must be a list",
  object: "must be an object with named fields",
  record: "must be an object with named fields",
  date: "must be a date",
  null: "must be null",
};

/** A text in place of a whole number is told by the library as "no number". */
function isWhole({ inst }: z.core.$ZodRawIssue): boolean {
  return inst !== undefined && "format" in inst._zod.def && inst._zod.def.format === "safeint";
}

function typeText(wanted: string, input: unknown): string {
  if (input === undefined) return MISSING;
  const text = TYPES[wanted] ?? "is of the wrong kind";
  if (input === null) return `has no value; it ${text}`;
  if (wanted === "string" && (typeof input === "number" || typeof input === "boolean")) return `${text}, in quotes`;
  const isQuoted = typeof input === "string" && ["number", "int", "boolean"].includes(wanted);
  return isQuoted ? `${text}, without quotes` : text;
}

const UNITS: Readonly<Record<string, string>> = { string: "character", array: "entry", set: "entry", map: "entry" };

function limitText(
  { origin, inclusive, exact }: { origin: string; inclusive?: boolean; exact?: boolean },
  { bound, word, beyond }: { bound: unknown; word: string; beyond: string },
): string {
  const unit = UNITS[origin];
  if (unit === undefined) return `must be ${inclusive === false ? beyond : `at ${word}`} ${bound}`;
  const units = Number(bound) === 1 ? unit : unit === "entry" ? "entries" : `${unit}s`;
  return `must have ${exact ? "exactly" : `at ${word}`} ${bound} ${units}`;
}

const FORMATS: Readonly<Record<string, string>> = {
  email: "must be an e-mail address",
  url: "must be a whole address, such as https://example.com/",
  date: "must be a date, such as 2027-01-31",
  datetime: "must be a time, such as 2027-01-31T12:00:00Z",
};

function unionText({ discriminator, options, input }: Record<string, unknown>): string {
  if (typeof discriminator !== "string" || !Array.isArray(options)) return NO_FORM;
  const given = (input as Record<string, unknown> | undefined)?.[discriminator];
  return unlessMissing(`must be ${listed(options)}`, given);
}

/** `a, b or c`. */
function listed(values: readonly unknown[]): string {
  const texts = values.map(String);
  return texts.length < 2 ? texts.join() : `${texts.slice(0, -1).join(", ")} or ${texts.at(-1)}`;
}
