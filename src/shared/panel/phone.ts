// Telephone numbers in their usual spellings, in the one form that eNom takes: +CountryCode.Number.

import { createRequire } from "node:module";
import type { CountryCode, PhoneNumber } from "libphonenumber-js";
import { toAscii } from "./ascii.ts";

/** Digits of an international prefix with a country code: 001. */
const SHORTEST_WAY_ABROAD = 3;
const FORM = "must be a telephone number with its country code, such as +31.300000000";
const UNASSIGNED = "has a country code that the ITU has not assigned; it must begin like +31.300000000";

/**
 * `+31.300000000` of `+31300000000`, `0031 30 0000000`, or `(030) 000 0000` in NL. `country`: ISO 3166-1; a number
 * without a country code is taken as one of that country. An extension is left out: eNom's form has no place for it.
 * Whether somebody has the number is not asked, only whether it can be called. Else what is wrong with it.
 */
export function toPhone(text: string, country: string): { phone: string } | { fault: string } {
  const name = `${country} ${text}`;
  const known = read.get(name);
  if (known) return known;
  const found = readPhone(text, country);
  if (read.size >= MOST_KNOWN) read.clear();
  read.set(name, found);
  return found;
}

/** With the numbering plans of all countries, which most verbs do without: loaded with the first number. */
let plans: typeof import("libphonenumber-js") | undefined;
function numbering(): typeof import("libphonenumber-js") {
  plans ??= createRequire(import.meta.url)("libphonenumber-js") as typeof import("libphonenumber-js");
  return plans;
}

type Read = { phone: string } | { fault: string };

/** Orders of one caller mostly name the same people, and a number takes as long to read as all else of a contact. */
const read = new Map<string, Read>();
const MOST_KNOWN = 1_000;

function readPhone(text: string, country: string): Read {
  const number = toAscii(text).replace(/^tel:/i, "").trim();
  const spellings = [...new Set([number, number.replace(/^00\s*/, "+")])];
  const all = spellings.flatMap((each) => parsed(each, country) ?? []);
  // Of a number with its country code the length is the caller's; one without would be made up from any digits.
  const found = all.find((each) => each.isPossible()) ?? (number.startsWith("+") ? all[0] : undefined);
  if (found) return { phone: `+${found.countryCallingCode}.${found.nationalNumber}` };
  return { fault: /^(\+|00)[\s\d().-]{5,}$/.test(number) ? UNASSIGNED : FORM };
}

function parsed(text: string, country: string): PhoneNumber | undefined {
  const { isSupportedCountry, parsePhoneNumberFromString } = numbering();
  const home = isSupportedCountry(country) ? { defaultCountry: country as CountryCode } : {};
  const read = parsePhoneNumberFromString(text, { ...home, extract: false });
  return read && isMadeUp(text, read) ? undefined : read;
}

/** What begins with 00 goes abroad: read as a number of the country itself, with its zeros, it is nobody's. */
function isMadeUp(text: string, { nationalNumber }: PhoneNumber): boolean {
  const digits = text.replace(/\D/g, "");
  return digits.startsWith("00") && digits.length - nationalNumber.length < SHORTEST_WAY_ABROAD;
}
