// Promises about money as eNom writes it.

import fc from "fast-check";
import { expect, test } from "vitest";
import { parseAmount } from "../../../../src/workers/enom/commands/fields.ts";

test("every way in which eNom writes money is read to the cent", () => {
  const seen = {
    "3,709.20": "3709.20",
    "-1,832.23": "-1832.23",
    "$19.95": "19.95",
    "-$4.40": "-4.40",
    "$7,028.39": "7028.39",
    "-$1,873.13": "-1873.13",
    "8.95": "8.95",
    " 9.95 ": "9.95",
    "100": "100.00",
    "9.9": "9.90",
    ".50": "0.50",
    "0.0275": "0.0275",
    "-0.00": "0.00",
    "007.00": "7.00",
    "1,234,567,890.12": "1234567890.12",
  };

  for (const [written, amount] of Object.entries(seen)) expect(parseAmount(written), written).toBe(amount);
});

test("what is not surely an amount is never taken for one", () => {
  const others = [
    "",
    " ",
    "Not billed",
    "1e5",
    "0x1F",
    "3.709,20",
    "1,23.45",
    "1,2345.00",
    "12,34",
    "--1",
    "$",
    "-",
    ".",
    "5.",
    "1.23456",
  ];
  others.push("$-5.00", "(5.00)", "5.00 USD", "€5.00", "NaN", "Infinity", "1 000.00", "9".repeat(13), "٣.٠٠");

  for (const text of others) expect(() => parseAmount(text), text).toThrow(SyntaxError);
});

test("an amount of any size survives dollar signs, commas and minus unchanged", () => {
  fc.assert(
    fc.property(
      fc.bigInt(0n, 99_999_999_999_99n),
      fc.boolean(),
      fc.boolean(),
      fc.boolean(),
      (cents, minus, dollar, commas) => {
        const [whole, rest] = [(cents / 100n).toString(), (cents % 100n).toString().padStart(2, "0")];
        const grouped = commas ? whole.replace(/\B(?=(\d{3})+$)/g, ",") : whole;

        const amount = parseAmount(`${minus ? "-" : ""}${dollar ? "$" : ""}${grouped}.${rest}`);

        expect(amount).toBe(`${minus && cents > 0n ? "-" : ""}${whole}.${rest}`);
      },
    ),
  );
});

test("any text is either a canonical amount or refused", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[-$.,\d]{0,12}$/)), (text) => {
      try {
        const amount = parseAmount(text);

        expect(amount).toMatch(/^-?(0|[1-9]\d*)\.\d{2,4}$/);
        expect(parseAmount(amount)).toBe(amount);
      } catch (error) {
        expect(error).toBeInstanceOf(SyntaxError);
      }
    }),
  );
});
