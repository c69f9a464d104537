// Telephone numbers in usual spellings become eNom's form; a country code that the ITU has not assigned does not.
import fc from "fast-check";
import { getCountries, getExampleNumber } from "libphonenumber-js";
import examples from "libphonenumber-js/examples.mobile.json" with { type: "json" };
import { expect, test } from "vitest";
import { toPhone } from "../../../src/shared/panel/phone.ts";

test.for([
  ["+31.300000000", "NL", "+31.300000000"],
  ["+31300000000", "NL", "+31.300000000"],
  ["0031 30 0000000", "NL", "+31.300000000"],
  ["0031 30 0000000", "US", "+31.300000000"],
  ["011 31 30 0000000", "US", "+31.300000000"],
  ["0011 44 20 7946 0000", "AU", "+44.2079460000"],
  ["0011 61 2 9876 5432", "AU", "+61.298765432"],
  ["00 49 30 1234567", "DE", "+49.301234567"],
  ["(030) 000 00 00", "NL", "+31.300000000"],
  ["030/1234567", "DE", "+49.301234567"],
  ["8 (495) 123-45-67", "RU", "+7.4951234567"],
  ["06 1234567", "IT", "+39.061234567"],
  ["+44 (0)20 7946 0000", "GB", "+44.2079460000"],
  ["(202) 555-0123", "US", "+1.2025550123"],
  ["tel:+31-30-0000000", "NL", "+31.300000000"],
  ["+31 30 0000000", "ZZ", "+31.300000000"],
  ["＋３１ ３０ ０００００００", "JP", "+31.300000000"],
  ["+49 30 1234567 ext. 12", "DE", "+49.301234567"],
  ["+800.12345678", "NL", "+800.12345678"],
] as const)("%s in %s is %s", ([text, country, phone]) => {
  expect(toPhone(text, country)).toEqual({ phone });
});

test.for([
  ["+999.1234567", /ITU has not assigned/],
  ["+210 1234567", /ITU has not assigned/],
  ["00 999 1234567", /ITU has not assigned/],
  ["+0.31300000000", /ITU has not assigned/],
  ["0-17", /must be a telephone number/],
  ["call me", /must be a telephone number/],
  ["+", /must be a telephone number/],
  ["-", /must be a telephone number/],
] as const)("%s is refused, with the reason", ([text, fault]) => {
  expect(toPhone(text, "NL")).toEqual({ fault: expect.stringMatching(fault) });
});

test("a number without a country code is refused where the country is not known", () => {
  expect(toPhone("030 0000000", "")).toHaveProperty("fault");
});

test("an unassigned country code behind 00 is no number of the country itself", () => {
  for (const country of ["NL", "RU", "US", "JP", "BR"])
    expect(toPhone("00 999 1234567", country)).toEqual({ fault: expect.stringMatching(/ITU/) });
});

test("every country's own number comes out alike, dialled from abroad, at home or in eNom's form", () => {
  fc.assert(
    fc.property(fc.constantFrom(...getCountries()), (country) => {
      const number = getExampleNumber(country, examples);
      if (!number) return;
      const phone = `+${number.countryCallingCode}.${number.nationalNumber}`;
      for (const text of [phone, number.formatInternational(), number.format("E.164")])
        expect(toPhone(text, "NL")).toEqual({ phone });
      expect(toPhone(number.formatNational(), country)).toEqual({ phone });
    }),
    { numRuns: 300 },
  );
});
