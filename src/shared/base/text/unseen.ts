// Characters that nobody sees, or that make a text read otherwise than it is written: the one rule for every text that comes
// in, and for every text of another system that goes into a job, a log, a page or a mail.
import type { Fault } from "../fault.ts";

/**
 * What Unicode calls format characters (Cf: direction marks, zero widths, soft hyphen, tags) or leaves out of sight
 * (Default_Ignorable: fillers, variation selectors), controls but tab and line ends, half a surrogate pair, line and
 * paragraph separators, noncharacters, and the empty Braille pattern. Arabic number signs are Cf, too, and are seen.
 */
const UNSEEN =
  /(?![\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}])(?![\t\n\r])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}\p{NChar}\u2800]/gu;

/** Scripts that are written with joiners: Persian names need U+200C, names of India U+200C and U+200D (UAX #31, 2.3). */
const JOINED = [
  "Arabic",
  "Syriac",
  "Mongolian",
  "Nko",
  "Devanagari",
  "Bengali",
  "Gurmukhi",
  "Gujarati",
  "Oriya",
].concat(["Tamil", "Telugu", "Kannada", "Malayalam", "Sinhala", "Khmer", "Myanmar", "Tibetan", "Balinese", "Javanese"]);
const letterOf = (script: string): string => `(?:(?=[\\p{L}\\p{M}])\\p{scx=${script}})`;
/** One joiner between two letters of such a script, or between two pictures that are one sign. */
const joiner = (): string =>
  [
    ...JOINED.map((script) => `(?<=${letterOf(script)})[\\u200c\\u200d](?=${letterOf(script)})`),
    "(?<=\\p{Extended_Pictographic}[\\ufe0f\\u{1f3fb}-\\u{1f3ff}]?)\\u200d(?=\\p{Extended_Pictographic})",
  ].join("|");
/** Which form of the sign before it is meant: a picture's, a Han character's (Japanese names), a Mongolian letter's. */
const SELECTOR =
  /(?<=\p{Extended_Pictographic})[\ufe0e\ufe0f]|(?<=[0-9#*])\ufe0f(?=\u20e3)|(?<=\p{Script=Han})[\ufe00-\ufe02\u{e0100}-\u{e01ef}]|(?<=\p{Script=Mongolian})[\u180b-\u180d\u180f]/u;

let needed: RegExp | undefined;

/** A joiner or a selector that its place needs. Made with the first one: it takes as long as a twentieth of a process's start. */
function neededHere(): RegExp {
  needed ??= new RegExp(`${joiner()}|${SELECTOR.source}`, "uy");
  return needed;
}

const PLAIN = /^[\x20-\x7e\t\r\n]*$/;

/** Where each stands in the text; those that are needed are left out. */
function unseenIn(text: string): { at: number; character: string }[] {
  if (PLAIN.test(text)) return []; // nearly every text
  return [...text.matchAll(UNSEEN)].flatMap(({ 0: character, index: at }) => {
    const here = neededHere();
    here.lastIndex = at;
    return here.test(text) ? [] : [{ at, character }];
  });
}

/** What is wrong with a text, as part of a sentence; undefined where every character is seen. */
export function unseenFault(text: string): string | undefined {
  const [first, ...others] = unseenIn(text);
  if (!first) return undefined;
  const place = [...text.slice(0, first.at)].length + 1;
  const more = others.length > 0 ? ` (and ${others.length} more)` : "";
  return `has ${named(first.character)} as character ${place}${more}, ${effectOf(first.character)}: remove it, or type the text again`;
}

/** `U+202E`. */
function named(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

function effectOf(character: string): string {
  if (/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u.test(character)) return "which turns the direction of writing";
  if (/\p{Cs}/u.test(character)) return "which is half a character";
  return /\p{Cc}/u.test(character) ? "which is a control character" : "which nobody sees";
}

/**
 * A text of another system, as people may be shown it: controls and separators become blanks, halves of characters
 * U+FFFD, and what nobody sees is gone. Tabs and line ends stay.
 */
export function withoutUnseen(text: string): string {
  if (PLAIN.test(text)) return text;
  const shown = unseenIn(text).reduceRight(
    (rest, { at, character }) => rest.slice(0, at) + standIn(character) + rest.slice(at + character.length),
    text,
  );
  return shown === text ? text : withoutUnseen(shown); // what stood beside it may have lost its reason
}

function standIn(character: string): string {
  if (/\p{Cs}/u.test(character)) return "\ufffd";
  return /[\p{Cc}\p{Zl}\p{Zp}\u2800]/u.test(character) ? " " : "";
}

/** A JSON text that says the same, with what nobody sees as `\\u` and four digits. */
export function escapedUnseen(json: string): string {
  return unseenIn(json).reduceRight((rest, { at, character }) => {
    const units = character.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
    return rest.slice(0, at) + units.join("") + rest.slice(at + character.length);
  }, json);
}

/** The same in one line without blanks around it, for logs, tables, headers and jobs' reasons. */
export function shownLine(text: string): string {
  return withoutUnseen(text).replace(/\s+/gu, " ").trim();
}

/** No form of ours is so deep; a call for each level of a deeper one would end the stack. */
const DEEPEST = 50;

/** Every text in a value, names of fields included; `field` is a JSON pointer without its first slash. */
export function unseenFaults(value: unknown, field = "", depth = 0): Fault[] {
  if (typeof value === "string") {
    const fault = unseenFault(value);
    return fault === undefined ? [] : [{ field, message: `It ${fault}.` }];
  }
  if (typeof value !== "object" || value === null) return [];
  if (depth > DEEPEST) return [{ field: field.slice(0, 100), message: "It is nested too deeply." }];
  return Object.entries(value).flatMap(([name, inner]) => {
    const below = field === "" ? shownLine(name) : `${field}/${shownLine(name)}`;
    const fault = unseenFault(name);
    const ofName = fault === undefined ? [] : [{ field: below, message: `Its name ${fault}.` }];
    return [...ofName, ...unseenFaults(inner, below, depth + 1)];
  });
}
