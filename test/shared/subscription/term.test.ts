// What was paid for counts from the purchase to the day; what was bought at eNom counts as the family of products counts it.
import fc from "fast-check";
import { expect, test } from "vitest";
import { plusDays, plusYears } from "../../../src/shared/base/dates.ts";
import { boughtEnd, paidEnd, yearsBetween, yearsToBuy } from "../../../src/shared/subscription/term.ts";
import { bought, COMODO, GEOTRUST } from "./subscriptions.ts";

const day = fc.date({
  min: new Date("2024-01-01T00:00:00Z"),
  max: new Date("2040-01-01T00:00:00Z"),
  noInvalidDate: true,
});
const years = fc.integer({ min: 1, max: 5 });
const families = [
  ["GeoTrust", GEOTRUST],
  ["Comodo", COMODO],
] as const;

test.for([
  ["2026-04-02T12:00:00Z", 5, "2031-04-02T12:00:00.000Z"],
  ["2028-02-29T12:00:00Z", 1, "2029-02-28T12:00:00.000Z"],
  ["2028-02-29T12:00:00Z", 3, "2031-02-28T12:00:00.000Z"],
  ["2028-02-29T12:00:00Z", 4, "2032-02-29T12:00:00.000Z"],
] as const)("what was bought on %s for %i years is paid until %s", ([at, count, ends]) => {
  expect(paidEnd([bought(at)], count)?.toISOString()).toBe(ends);
});

test("nothing is paid for, and nothing bought, before the first purchase", () => {
  expect(paidEnd([], 5)).toBeNull();
  expect(boughtEnd([], GEOTRUST)).toBeNull();
});

test("later purchases never move the end of what the customer has paid for", () => {
  fc.assert(
    fc.property(day, years, fc.array(fc.integer({ min: 300, max: 366 }), { maxLength: 5 }), (first, count, gaps) => {
      const later = gaps.map((_, i) =>
        bought(
          plusDays(
            first,
            gaps.slice(0, i + 1).reduce((sum, gap) => sum + gap, 0),
          ),
        ),
      );
      expect(paidEnd([bought(first), ...later], count)).toEqual(plusYears(first, count));
    }),
  );
});

test.for(families)("a single %s term ends on the day that its years lead to", ([, rule]) => {
  fc.assert(
    fc.property(day, years, (at, count) => {
      expect(boughtEnd([bought(at, count)], rule)).toEqual(plusYears(at, count));
    }),
  );
});

test("days that are left of a GeoTrust term are lost when the next one is bought", () => {
  const terms = [bought("2026-04-02T12:00:00Z"), bought("2027-03-23T12:00:00Z")];

  expect(boughtEnd(terms, GEOTRUST)).toEqual(new Date("2028-03-23T12:00:00Z"));
});

test("days that are left of a Comodo term are added to the next one", () => {
  const terms = [bought("2026-04-02T12:00:00Z"), bought("2027-03-23T12:00:00Z")];

  expect(boughtEnd(terms, COMODO)).toEqual(new Date("2028-04-02T12:00:00Z"));
});

test.for([
  ["on the very day of its end", "2027-04-02T12:00:00Z", "2028-04-02T12:00:00.000Z"],
  ["a second after its end", "2027-04-02T12:00:01Z", "2028-04-02T12:00:01.000Z"],
  ["sixty days before its end", "2027-02-01T12:00:00Z", "2028-04-02T12:00:00.000Z"],
  ["a second earlier than that", "2027-02-01T11:59:59Z", "2028-02-01T11:59:59.000Z"],
] as const)("a Comodo term bought again %s (%s) ends at %s", ([, again, ends]) => {
  expect(boughtEnd([bought("2026-04-02T12:00:00Z"), bought(again)], COMODO)?.toISOString()).toBe(ends);
});

test("Comodo terms bought in time, one after the other, end where the first purchase's years lead to", () => {
  const gap = fc.integer({ min: 0, max: 60 });
  fc.assert(
    fc.property(day, fc.array(gap, { minLength: 1, maxLength: 5 }), (first, daysLeft) => {
      const terms = [bought(first)];
      for (const left of daysLeft) terms.push(bought(plusDays(plusYears(first, terms.length), -left)));
      expect(boughtEnd(terms, COMODO)).toEqual(plusYears(first, terms.length));
    }),
  );
});

test("29 February comes back after four years, however often the next year was bought on the 28th", () => {
  const terms = [
    bought("2028-02-29T12:00:00Z"),
    bought("2029-02-28T12:00:00Z"),
    bought("2030-02-28T12:00:00Z"),
    bought("2031-02-28T12:00:00Z"),
  ];

  expect(boughtEnd(terms.slice(0, 3), COMODO)).toEqual(new Date("2031-02-28T12:00:00Z"));
  expect(boughtEnd(terms, COMODO)).toEqual(new Date("2032-02-29T12:00:00Z"));
});

test.for([
  ["one year each time where only that is sold", [1], 5, 1],
  ["all that remains where it is sold", [1, 2, 3, 4, 5], 3, 3],
  ["the longest that fits", [1, 2], 5, 2],
  ["not more than remains", [1, 2], 1, 1],
  ["the shortest where all are too long", [2, 3], 1, 2],
] as const)("the next term is %s", ([, sold, remaining, expected]) => {
  expect(yearsToBuy(sold, remaining)).toBe(expected);
});

test("a product that is not sold for any term is never bought", () => {
  expect(() => yearsToBuy([], 1)).toThrow(RangeError);
});

test("a term is the longest sold that does not go beyond what remains", () => {
  const sold = fc.uniqueArray(years, { minLength: 1 });
  fc.assert(
    fc.property(sold, years, (terms, remaining) => {
      const chosen = yearsToBuy(terms, remaining);
      expect(terms).toContain(chosen);
      expect(terms.filter((each) => each <= remaining && each > chosen)).toEqual([]);
      if (chosen > remaining) expect(chosen).toBe(Math.min(...terms));
    }),
  );
});

test.for([
  ["2027-03-23T12:00:00Z", "2031-04-02T12:00:00Z", 5],
  ["2027-04-02T12:00:00Z", "2031-04-02T12:00:00Z", 4],
  ["2027-04-02T12:00:01Z", "2031-04-02T12:00:00Z", 4],
  ["2028-02-29T12:00:00Z", "2029-02-28T12:00:00Z", 1],
  ["2031-04-02T12:00:00Z", "2031-04-02T12:00:00Z", 0],
] as const)("what is bought on %s must reach %s: %i years", ([from, to, count]) => {
  expect(yearsBetween(new Date(from), new Date(to))).toBe(count);
});

test("so many years reach the day, and one year fewer does not", () => {
  fc.assert(
    fc.property(day, fc.integer({ min: 1, max: 2_000 * 86_400 }), (from, seconds) => {
      const to = new Date(from.getTime() + seconds * 1_000);
      const count = yearsBetween(from, to);
      expect(plusYears(from, count) >= to).toBe(true);
      expect(plusYears(from, count - 1) < to).toBe(true);
    }),
  );
});
