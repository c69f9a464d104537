// Lives for the stories about them: any purchase, any policy, any outage, and what came of them.
import fc from "fast-check";
import { DAY_MS, plusYears } from "../../../src/shared/base/dates.ts";
import { type LifeEvent, lifeOf, type Span, type Surroundings } from "../../../src/shared/forecast/life.ts";
import type { Policy } from "../../../src/shared/subscription/policy.ts";
import { paidEnd, type RenewalRule, type Term } from "../../../src/shared/subscription/term.ts";
import { COMODO, GEOTRUST } from "../subscription/subscriptions.ts";

export const HOUR_MS = 3_600_000;

export interface Bought {
  at: Date;
  years: number;
  rule: RenewalRule;
  policy: Policy;
  share: number;
  around: Surroundings & { ownerMs: number; outages: Span[] };
}

/** No life has so many events, unless certificates chase each other. */
const ENDLESS = 2_000;

export interface Lived extends Bought {
  events: LifeEvent[];
  terms: Term[];
  paid: Date;
}

/** The whole life from its purchase on. @throws Error it does not end */
export function live(given: Bought): Lived {
  const { at, years, rule, policy, share, around } = given;
  const unborn = { issue: null, isBusy: true, actedOn: null, reminded: null, toldOfRenewal: 0, terms: [] };
  const events: LifeEvent[] = [];
  const life = lifeOf(
    { at, first: "purchase", validated: null, subscription: { ...unborn, share, years, rule } },
    policy,
    around,
  );
  for (const event of life) {
    if (events.push(event) > ENDLESS) throw new Error("this life does not end: certificates chase each other");
  }
  const terms = ofKind(events, "purchase").map((bought) => ({ at: bought.at, years: bought.years }));
  const paid = paidEnd(terms, years);
  if (!paid) throw new Error("nothing was bought");
  return { ...given, events, terms, paid };
}

export function ofKind<K extends LifeEvent["kind"]>(events: readonly LifeEvent[], kind: K) {
  return events.filter((event): event is Extract<LifeEvent, { kind: K }> => event.kind === kind);
}

export const countsOf = ({ events }: Lived) => ({
  certificates: ofKind(events, "issue").length,
  purchases: ofKind(events, "purchase").length,
});

const between = (from: string, to: string) =>
  fc.integer({ min: Date.parse(from), max: Date.parse(to) }).map((ms) => new Date(ms));

const outage = (from: Date, years: number): fc.Arbitrary<Span> =>
  fc
    .record({ after: fc.integer({ min: 0, max: years * 366 * 24 }), hours: fc.integer({ min: 1, max: 20 * 24 }) })
    .map(({ after, hours }) => {
      const start = from.getTime() + after * HOUR_MS;
      return { from: new Date(start), to: new Date(start + hours * HOUR_MS) };
    });

/** At the end of a term, where most can go wrong: begins up to 25 days before it. */
const outageAtTerm = (from: Date, years: number): fc.Arbitrary<Span> =>
  fc
    .record({
      year: fc.oneof(fc.constant(years), fc.integer({ min: 1, max: years })),
      days: fc.integer({ min: 1, max: 25 }),
      hours: fc.integer({ min: 1, max: 480 }),
    })
    .map(({ year, days, hours }) => {
      const start = plusYears(from, year).getTime() - days * DAY_MS;
      return { from: new Date(start), to: new Date(start + hours * HOUR_MS) };
    });

/** What may be asked of the fleet: purchases of 2026 to 2031, and a CA and an owner who do what they may. */
export const anyPurchase = (mode: fc.Arbitrary<Policy["mode"]>, most = { outages: 2 }): fc.Arbitrary<Bought> =>
  fc
    .record({
      at: between("2026-01-01T00:00:00Z", "2031-12-31T23:59:59Z"),
      years: fc.integer({ min: 1, max: 5 }),
    })
    .chain(({ at, years }) =>
      fc.record({
        at: fc.constant(at),
        years: fc.constant(years),
        rule: fc.constantFrom(GEOTRUST, COMODO),
        policy: fc.record({ mode, beforeDays: fc.integer({ min: 1, max: 200 }) }),
        share: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        around: fc.record({
          sold: fc.subarray([2, 3, 4, 5]).map((longer) => [1, ...longer]),
          ownerMs: fc.integer({ min: 0, max: 22 }).map((hours) => hours * HOUR_MS),
          daysBelow: fc.integer({ min: 0, max: 2 }),
          outages: fc
            .array(fc.oneof(outage(at, years), outageAtTerm(at, years)), { maxLength: most.outages })
            .map((all) => all.sort((a, b) => a.from.getTime() - b.from.getTime())),
        }),
      }),
    );

export type Given = Partial<Omit<Bought, "policy" | "around">> & Partial<Bought["policy"]> & Partial<Bought["around"]>;

/** A year of a GeoTrust product, reissued 10 days before, in the middle of each day's work, unless changed. */
export function purchase(given: Given): Bought {
  const { mode = "auto", beforeDays = 10, sold = [1], ownerMs = 0, daysBelow = 0, outages = [], ...own } = given;
  return {
    ...{ at: new Date("2026-04-02T12:00:00Z"), years: 1, rule: GEOTRUST, share: 0.5 },
    ...own,
    policy: { mode, beforeDays },
    around: { sold, ownerMs, daysBelow, outages },
  };
}
