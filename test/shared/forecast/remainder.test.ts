// The last purchase of a paid term: how many days it is made for, its price, and what a setting makes of it.
import fc from "fast-check";
import { expect, test } from "vitest";
import { DAY_MS, plusYears, utcDate } from "../../../src/shared/base/dates.ts";
import { findProduct } from "../../../src/shared/certificate/products.ts";
import { lifeOf } from "../../../src/shared/forecast/life.ts";
import { remainderOfOrder, remainderText } from "../../../src/shared/forecast/remainder.ts";
import { type Subscription, shareOf } from "../../../src/shared/subscription/due.ts";
import type { HeldPolicy } from "../../../src/shared/subscription/policy.ts";
import { boughtEnd, daysUncovered, paidEnd, type Term } from "../../../src/shared/subscription/term.ts";

const at = new Date("2026-04-02T12:00:00Z");
const auto: HeldPolicy = { mode: "auto", beforeDays: 10 };
const geotrust = ruleOf("Certificate-RapidSSL-RapidSSL");
const comodo = ruleOf("Certificate-Comodo-Essential");

function ruleOf(service: string) {
  const product = findProduct(service);
  if (!product) throw new Error(service);
  return product.renewal;
}

const offer = (years: number[], price = "9.95") => ({ years, price, perYears: 1 });

test("five years of a DigiCert product sold by the year take a sixth purchase for the last weeks", () => {
  const found = remainderOfOrder(
    { reference: "rep5", years: 5 },
    { at, rule: geotrust, policy: auto, offer: offer([1]) },
  );

  expect(found).toMatchObject({ purchases: 6, price: "9.95" });
  expect(found?.lastCoversDays).toBeGreaterThanOrEqual(40);
  expect(found?.lastCoversDays).toBeLessThanOrEqual(41);
  expect(found && remainderText(found, "USD")).toMatch(/^6 purchases, .* covers 4[01] days .* for 9\.95 USD\.$/);
});

test.for([
  ["five years sold for one or two: the third purchase is of two years for one and some days", 5, [1, 2], 3, "19.90"],
  ["three years sold for one or two", 3, [1, 2], 2, "19.90"],
  ["four years sold for two only", 4, [2], 3, "19.90"],
  ["two years sold by the year", 2, [1], 3, "9.95"],
] as const)("%s", ([, years, sold, purchases, price]) => {
  const found = remainderOfOrder(
    { reference: "r", years },
    { at, rule: geotrust, policy: auto, offer: offer([...sold]) },
  );

  expect(found).toMatchObject({ purchases, price });
});

test.for([
  ["paid at once", geotrust, 5, [1, 2, 3, 4, 5], auto],
  ["one year", geotrust, 1, [1], auto],
  ["a family that carries days over", comodo, 5, [1], auto],
  ["people buy the terms", geotrust, 5, [1], { mode: "manual", beforeDays: 10 }],
  ["nobody does anything", geotrust, 5, [1], { mode: "none", beforeDays: 10 }],
  ["the rest is given up", geotrust, 5, [1], { ...auto, giveUpDays: 60 }],
] as const)("there is none where %s", ([, rule, years, sold, policy]) => {
  expect(remainderOfOrder({ reference: "r", years }, { at, rule, policy, offer: offer([...sold]) })).toBeNull();
});

test("without a known price it is told all the same, and by its year", () => {
  const found = remainderOfOrder({ reference: "r", years: 5 }, { at, rule: geotrust, policy: auto, offer: undefined });

  expect(found).toMatchObject({ purchases: 6, price: null });
});

/** The purchases of an order, lived to its end. */
function bought(reference: string, years: number, sold: readonly number[], policy: HeldPolicy): Term[] {
  const subscription: Subscription = {
    ...{ share: shareOf(reference), years, rule: geotrust, terms: [], issue: null },
    ...{ isBusy: false, actedOn: null, reminded: null, toldOfRenewal: 0 },
  };
  const events = [...lifeOf({ at, subscription, validated: null, first: "purchase" }, policy, { sold })];
  return events.flatMap((event) => (event.kind === "purchase" ? [{ at: event.at, years: event.years }] : []));
}

test("whatever is given up, no last purchase covers fewer days than that, and what is left uncovered is fewer days than that", () => {
  const orders = fc.record({
    reference: fc.string({ minLength: 1 }),
    years: fc.integer({ min: 1, max: 5 }),
    sold: fc.constantFrom([1], [1, 2], [2], [1, 3], [3]),
    giveUpDays: fc.integer({ min: 1, max: 120 }),
    beforeDays: fc.integer({ min: 1, max: 30 }),
  });
  fc.assert(
    fc.property(orders, ({ reference, years, sold, giveUpDays, beforeDays }) => {
      const terms = bought(reference, years, sold, { mode: "auto", beforeDays, giveUpDays });
      const paid = paidEnd(terms, years) ?? at;
      for (let count = 1; count < terms.length; count++) {
        const until = boughtEnd(terms.slice(0, count), geotrust) ?? at;
        expect(daysUncovered({ paid, bought: until })).toBeGreaterThanOrEqual(giveUpDays);
      }
      expect(daysUncovered({ paid, bought: boughtEnd(terms, geotrust) ?? at })).toBeLessThan(giveUpDays);
    }),
    { numRuns: 300 },
  );
});

test("five years with the rest given up end some weeks early, after five purchases and with a word to the customer", () => {
  const policy = { ...auto, giveUpDays: 60 };
  const terms = bought("rep5", 5, [1], policy);
  const end = boughtEnd(terms, geotrust) ?? at;

  expect(terms).toHaveLength(5);
  expect(plusYears(at, 5).getTime() - end.getTime()).toBeLessThan(60 * DAY_MS);
  expect(utcDate(end)).toMatch(/^2031-02-2/);
});
