// Money is exact: what is added, compared and multiplied never passes through a float.
import fc from "fast-check";
import { expect, test } from "vitest";
import { compareMoney, money, moneyUnits, partOfMoney, sumMoney, timesMoney } from "../../../src/shared/base/money.ts";

const amount = fc.integer({ min: -10_000_000, max: 10_000_000 }).map((cents) => {
  const size = Math.abs(cents);
  return { cents, text: `${cents < 0 ? "-" : ""}${Math.floor(size / 100)}.${String(size % 100).padStart(2, "0")}` };
});

test("amounts are compared as their cents are", () => {
  fc.assert(
    fc.property(amount, amount, (a, b) => {
      expect(Math.sign(compareMoney(a.text, b.text))).toBe(Math.sign(a.cents - b.cents));
    }),
  );
});

test("an amount times a number of years is exact and written with two places", () => {
  fc.assert(
    fc.property(amount, fc.integer({ min: 0, max: 5 }), (a, years) => {
      const product = timesMoney(a.text, years);
      expect(moneyUnits(product)).toBe(a.cents * years * 100 + 0); // + 0: no minus zero
      expect(product).toMatch(/^-?\d+\.\d{2}$/);
    }),
  );
  expect(timesMoney("9.95", 5)).toBe("49.75");
});

test.for(["", "1,000.00", "$5", "5.", ".5", "1e5", "NaN", "5.00000", "+5"])("%j is no amount", (text) => {
  expect(money.safeParse(text).success).toBe(false);
  expect(() => moneyUnits(text)).toThrow(RangeError);
});

test("amounts add up exactly, and of nothing there is nothing", () => {
  expect(sumMoney(["0.10", "0.20", "9.9999"])).toBe("10.2999");
  expect(sumMoney(["5.00", "-7.50"])).toBe("-2.50");
  expect(sumMoney([])).toBe("0.00");
});

test("some of the years of a term cost their part of it", () => {
  expect(partOfMoney("19.00", 1, 2)).toBe("9.50");
  expect(partOfMoney("9.95", 5, 1)).toBe("49.75");
  expect(partOfMoney("10.00", 1, 3)).toBe("3.3333");
});
