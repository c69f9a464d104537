// Dates are UTC and calendar-true: years are added with the day clamped, lives are counted in whole days.
import fc from "fast-check";
import { expect, test } from "vitest";
import { daysBetween, plusDays, plusYears, utcDate } from "../../../src/shared/base/dates.ts";

test.for([
  ["2026-04-02T10:00:00Z", 5, "2031-04-02"],
  ["2028-02-29T00:00:00Z", 1, "2029-02-28"],
  ["2028-02-29T00:00:00Z", 4, "2032-02-29"],
  ["2026-12-31T23:59:59Z", 2, "2028-12-31"],
] as const)("%s and %i years more is %s", ([from, years, to]) => {
  expect(utcDate(plusYears(new Date(from), years))).toBe(to);
});

test("a certificate of two hundred days less a second lives two hundred days", () => {
  const from = new Date("2026-04-02T12:00:00Z");

  expect(daysBetween(from, new Date(plusDays(from, 200).getTime() - 1_000))).toBe(200);
});

test("years later is never a day too late, and the month stays", () => {
  const days = fc.date({ min: new Date("2020-01-01"), max: new Date("2060-01-01"), noInvalidDate: true });
  fc.assert(
    fc.property(days, fc.integer({ min: 1, max: 5 }), (day, years) => {
      const later = plusYears(day, years);
      expect(later.getUTCMonth()).toBe(day.getUTCMonth());
      expect(later.getUTCFullYear()).toBe(day.getUTCFullYear() + years);
      expect(day.getUTCDate() - later.getUTCDate()).toBeLessThanOrEqual(1);
    }),
  );
});
