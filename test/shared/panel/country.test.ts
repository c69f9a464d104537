// A country is one of ISO 3166-1, however panels write it, and its addresses decide what may be missing.
import { expect, test } from "vitest";
import { hasPostalCode, hasState, toCountry } from "../../../src/shared/panel/country.ts";

test.for([
  ["NL", "NL"],
  ["nl", "NL"],
  [" de ", "DE"],
  ["NLD", "NL"],
  ["UK", "GB"],
  ["uk", "GB"],
  ["EL", "GR"],
  ["gb", "GB"],
  ["ZZ", undefined],
  ["XX", undefined],
  ["XK", undefined],
  ["EU", undefined],
  ["AN", undefined],
  ["ZZZ", undefined],
  ["N", undefined],
  ["Holland", undefined],
  ["--", undefined],
  ["", undefined],
] as const)("%s is %s", ([text, code]) => {
  expect(toCountry(text)).toBe(code);
});

test.for([
  ["HK", false, false],
  ["SG", false, true],
  ["MO", false, false],
  ["MC", false, true],
  ["AE", true, false],
  ["PA", true, false],
  ["NL", false, true],
  ["GB", false, true],
  ["IE", true, true],
  ["US", true, true],
  ["AU", true, true],
] as const)("addresses of %s: state %s, postal code %s", ([country, state, postalCode]) => {
  expect([hasState(country), hasPostalCode(country)]).toEqual([state, postalCode]);
});
