// What the calendar asks for, held against the chains that were worked out by hand.
import { expect, test } from "vitest";
import { expectedOf } from "../../../src/sandbox/years/expected.ts";

const from = new Date("2026-04-02T12:00:00Z");
const AT_ONCE = [1, 2, 3, 4, 5];

test.each([
  [1, 10, 2],
  [2, 10, 6],
  [5, 10, 30],
  [5, 30, 51],
])("%i years with a lead of %i days take %i certificates", (years, beforeDays, certificates) => {
  expect(expectedOf({ from, years, sold: AT_ONCE, beforeDays })).toEqual({ certificates, purchases: 1 });
});

test("five years of a product that is sold for one year take six purchases, since each begins ten days early", () => {
  expect(expectedOf({ from, years: 5, sold: [1], beforeDays: 10 }).purchases).toBe(6);
});

test("five years of a product that is sold for up to two years take three purchases", () => {
  expect(expectedOf({ from, years: 5, sold: [1, 2], beforeDays: 10 }).purchases).toBe(3);
});
