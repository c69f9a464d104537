import fc from "fast-check";
import { expect, test } from "vitest";
import { centsOf, dollars, grouped, plain } from "../../../src/sandbox/enom/books/amounts.ts";
import { between, dateTime, day, monthsLater } from "../../../src/sandbox/enom/books/calendar.ts";

test.each([
  ["2025-05-06T16:08:07Z", "5/6/2025 9:08:07 AM"],
  ["2025-12-31T20:00:00Z", "12/31/2025 12:00:00 PM"],
  ["2026-01-01T08:00:00Z", "1/1/2026 12:00:00 AM"],
  ["2026-07-01T06:59:59Z", "6/30/2026 11:59:59 PM"],
])("the instant %s is written %s in eNom's time", (instant, text) => {
  expect(dateTime(new Date(instant), "America/Los_Angeles")).toBe(text);
});

test("every instant can be read back from its written form", () => {
  const seconds = fc.integer({ min: 0, max: 4_000_000_000 });
  fc.assert(
    fc.property(seconds, (second) => {
      const at = new Date(second * 1000);

      expect(dateTime(at, "UTC")).toMatch(/^\d{1,2}\/\d{1,2}\/\d{4} (1[0-2]|[1-9]):[0-5]\d:[0-5]\d [AP]M$/);
      expect(new Date(`${dateTime(at, "UTC")} UTC`)).toEqual(at);
    }),
  );
});

test("a day belongs to the range that begins with it, not to the one that ends with it", () => {
  const at = new Date("2026-04-02T12:00:00Z");

  expect(day(at, "UTC")).toBe("4/2/2026");
  expect(between(at, "04/02/2026", undefined, "UTC")).toBe(true);
  expect(between(at, "04/03/2026", undefined, "UTC")).toBe(false);
  expect(between(at, undefined, "04/02/2026", "UTC")).toBe(false);
  expect(between(at, undefined, "4/3/2026", "UTC")).toBe(true);
});

test.each([
  ["2028-02-29T10:00:00.000Z", 12, "2029-02-28T10:00:00.000Z"],
  ["2026-01-31T10:00:00.000Z", 1, "2026-02-28T10:00:00.000Z"],
  ["2026-08-31T10:00:00.000Z", -6, "2026-02-28T10:00:00.000Z"],
  ["2026-04-02T10:00:00.000Z", 60, "2031-04-02T10:00:00.000Z"],
])("%s and %i months is %s", (start, months, end) => {
  expect(monthsLater(new Date(start), months).toISOString()).toBe(end);
});

test.each([
  [0, "0.00", "0.00", "$0.00"],
  [995, "9.95", "9.95", "$9.95"],
  [370_920, "3709.20", "3,709.20", "$3,709.20"],
  [-187_313, "-1873.13", "-1,873.13", "-$1,873.13"],
  [100_000_005, "1000000.05", "1,000,000.05", "$1,000,000.05"],
])("%i cents are written %s, %s and %s", (cents, asPlain, asGrouped, asDollars) => {
  expect([plain(cents), grouped(cents), dollars(cents)]).toEqual([asPlain, asGrouped, asDollars]);
});

test("an amount that was written is read back to the cent", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e12 }), (cents) => {
      expect(centsOf(plain(cents))).toBe(cents);
    }),
  );
});

test.each(["", "-1", "1,000.00", "1.234", "NaN", "1e3"])("%j is no amount", (text) => {
  expect(() => centsOf(text)).toThrow(RangeError);
});
