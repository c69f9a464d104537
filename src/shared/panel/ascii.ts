// Text of any script in the ASCII letters that eNom and the certificate authorities take: by the tables of any-ascii, and
// umlauts as the German-speaking countries write them.

import { createRequire } from "node:module";
import { withoutUnseen } from "../base/text/unseen.ts";

/** Its tables are half a megabyte, which most processes never need. */
const tables = createRequire(import.meta.url);

/** ä is ae there (DIN 5007-2; ICAO 9303 for passports). Elsewhere the same letter is written a. */
const GERMAN = new Set(["DE", "AT", "CH", "LI", "LU"]);
const UMLAUTS: Readonly<Record<string, string>> = { ä: "ae", ö: "oe", ü: "ue", Ä: "Ae", Ö: "Oe", Ü: "Ue" };

/** Pictures, flags and Japan's postal marks; ©, ® and ™ are signs that are written. */
const PICTURES = /[〒〠〶]|(?![©®™])\p{Extended_Pictographic}|\p{Regional_Indicator}|\p{Emoji_Modifier}/gu;

/**
 * The same text in printable ASCII, for a country by ISO 3166-1; empty where no letter of it can be written so. Text
 * that is printable ASCII already stays as it is, letter by letter.
 */
export function toAscii(text: string, country = ""): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const composed = withoutUnseen(text).normalize("NFC");
  const german = GERMAN.has(country) ? composed.replace(/[äöüÄÖÜ]/g, umlaut) : composed;
  const anyAscii = (tables("any-ascii") as typeof import("any-ascii")).default;
  return anyAscii(german.replace(PICTURES, " ")).replace(/\s+/g, " ").trim();
}

/**
 * Whether characters were lost before the text came here: U+FFFD stands where a byte was read in the wrong encoding,
 * and half a surrogate pair is no character.
 */
export function hasLostCharacters(text: string): boolean {
  return text.includes("\ufffd") || !text.isWellFormed();
}

/** Among capitals a capital's second letter is one, too: MÜLLER is MUELLER, Über is Ueber. */
function umlaut(letter: string, at: number, text: string): string {
  const written = UMLAUTS[letter] ?? letter;
  const around = `${text[at - 1] ?? ""}${text[at + 1] ?? ""}`;
  const isAmongCapitals = /^[^\p{Ll}]*\p{Lu}[^\p{Ll}]*$/u.test(around);
  return isAmongCapitals ? written.toUpperCase() : written;
}
