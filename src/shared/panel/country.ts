// Countries by ISO 3166-1, from the spellings that panels use; and what an address of a country has.
// Not the package's own entry: that reads the names of all countries in eighty languages, and no name is asked for.
import countries from "i18n-iso-countries/index.js";
import { formatAddress } from "localized-address-format";

/** Beside ISO: GB and GR are called so in the European Union's own style guide, and GB by ISO's reservation of UK. */
const OTHERWISE: Readonly<Record<string, string>> = { UK: "GB", EL: "GR" };
/** In the library's list, but only for private use in ISO 3166-1. */
const NO_ISO = new Set(["XK"]);
/** ISO 3166-2 gives it no subdivisions; its addresses may name one of three areas. */
const WITHOUT_STATE = new Set(["HK"]);

/** The two letters of ISO 3166-1: of `nl`, `NLD`, `UK`. Undefined for what is no country there. */
export function toCountry(text: string): string | undefined {
  const code = text.trim().toUpperCase();
  const two = OTHERWISE[code] ?? (code.length === 3 ? countries.alpha3ToAlpha2(code) : code);
  return two !== undefined && two.length === 2 && countries.isValid(two) && !NO_ISO.has(two) ? two : undefined;
}

/** Whether mail to this country is written with a postal code. */
export function hasPostalCode(country: string): boolean {
  return isPartOfAddress(country, "postalCode");
}

/** Whether mail to this country is written with a state, province or region. */
export function hasState(country: string): boolean {
  return !WITHOUT_STATE.has(country) && isPartOfAddress(country, "administrativeArea");
}

/** By Google's address formats, the library's source: a part that the format does not show is none of its addresses. */
function isPartOfAddress(country: string, part: "postalCode" | "administrativeArea"): boolean {
  const sample = "x";
  return formatAddress({ postalCountry: country, [part]: sample }, "latin")
    .join("")
    .includes(sample);
}
