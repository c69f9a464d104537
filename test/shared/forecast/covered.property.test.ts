// The whole schedule, for any purchase: covered every paid day but those of an outage, no loop, nothing behind the paid term, no purchase too many.
import fc from "fast-check";
import { expect, test } from "vitest";
import { DAY_MS, plusYears } from "../../../src/shared/base/dates.ts";
import type { Span } from "../../../src/shared/forecast/life.ts";
import { anyPurchase, HOUR_MS, type Lived, live, ofKind } from "./lives.ts";

const RUNS = {
  numRuns: Number(process.env.SCHEDULE_RUNS ?? 1_500),
  seed: Number(process.env.SCHEDULE_SEED ?? 20_261_122),
};
const auto = fc.constant("auto" as const);

/** What lies in none of the spans, of the time that `whole` is; `spans` in any order. */
function gaps(whole: Span, spans: readonly Span[]): Span[] {
  const found: Span[] = [];
  let reached = whole.from.getTime();
  for (const { from, to } of spans.toSorted((a, b) => a.from.getTime() - b.from.getTime())) {
    const begins = Math.min(from.getTime(), whole.to.getTime());
    if (begins > reached) found.push({ from: new Date(reached), to: new Date(begins) });
    reached = Math.max(reached, to.getTime());
  }
  if (reached < whole.to.getTime()) found.push({ from: new Date(reached), to: whole.to });
  return found;
}

/** The paid term without what was begun of its last day: it is counted in days. */
function paidTerm({ events, paid }: Lived): Span {
  const [first] = ofKind(events, "issue");
  return { from: first?.at ?? paid, to: new Date(paid.getTime() - (paid.getTime() % DAY_MS)) };
}

/** A certificate serves from when it is here, and through its last second (RFC 5280, 4.1.2.5). */
const served = ({ events }: Lived): Span[] =>
  ofKind(events, "issue").map(({ at, issue }) => ({ from: at, to: new Date(issue.notAfter.getTime() + 1_000) }));

/** An outage, and behind it the next sweep and the owner's answer to what that one began. */
const excused = ({ around: { outages, ownerMs } }: Lived): Span[] =>
  outages.map(({ from, to }) => ({ from, to: new Date(to.getTime() + HOUR_MS + ownerMs) }));

test("under auto every moment of the paid term has a valid certificate, but those of an outage and, behind it, until the next sweep and the owner's answer", () => {
  fc.assert(
    fc.property(anyPurchase(auto), (bought) => {
      const lived = live(bought);
      expect(gaps(paidTerm(lived), [...served(lived), ...excused(lived)])).toEqual([]);
    }),
    RUNS,
  );
});

test("an issue is reissued once, nothing is reissued behind the paid term or the bought one, and no certificate is replaced before half of its life, whatever lead is wished", () => {
  fc.assert(
    fc.property(anyPurchase(auto), (bought) => {
      const { events, paid } = live(bought);
      const reissues = ofKind(events, "reissue");
      expect(new Set(reissues.map(({ serialNumber }) => serialNumber)).size).toBe(reissues.length);
      for (const { at, serialNumber } of reissues) {
        expect(at < paid).toBe(true);
        const replaced = ofKind(events, "issue").find(({ issue }) => issue.serialNumber === serialNumber);
        const { notBefore, notAfter } = replaced?.issue ?? { notBefore: paid, notAfter: paid };
        const half = (notAfter.getTime() - notBefore.getTime()) / 2;
        // On the day on which half is over, spread over the hours of that day.
        expect(at.getTime() - notBefore.getTime()).toBeGreaterThan(half - DAY_MS);
      }
      for (const { issue } of ofKind(events, "issue")) expect(issue.notAfter > issue.notBefore).toBe(true);
    }),
    RUNS,
  );
});

/**
 * The fewest purchases that reach the paid end, by trying all: any term that is sold and does not reach past the paid end by a whole
 * year, bought `earlyMs` before the last one ends. What is left then is lost, or carried over.
 */
function fewest({ at, years, rule, around: { sold } }: Lived, earlyMs: number): number {
  const paid = plusYears(at, years).getTime();
  const dayOf = (ms: number): number => Math.floor(ms / DAY_MS);
  /** A chain of terms that join began at `start` and lasts `chain` years; one that does not join is a chain of its own. */
  const toCome = (start: Date, chain: number): number => {
    const end = plusYears(start, chain);
    if (dayOf(end.getTime()) >= dayOf(paid)) return 0;
    const next = rule.carriesOver ? { start, chain } : { start: new Date(end.getTime() - earlyMs), chain: 0 };
    const fitting = sold.filter((term) => plusYears(next.start, next.chain + term - 1).getTime() < paid);
    return 1 + Math.min(...fitting.map((term) => toCome(next.start, next.chain + term)));
  };
  return 1 + Math.min(...sold.filter((term) => term <= years).map((term) => toCome(at, term)));
}

/**
 * The longest term that fits is bought first, as the orders say. Of all there may be, one case would take a purchase less the other way:
 * five years sold as 1, 3 or 4 where left days are lost: 4 + 1 + 1, against 3 + 3. Both are six years of money.
 */
function isBetterShort({ years, rule, around: { sold } }: Lived): boolean {
  return years === 5 && !rule.carriesOver && sold.join() === "1,3,4";
}

test("no sequence of terms that are sold would have covered the paid term with fewer purchases, at the lead that the policy has", () => {
  fc.assert(
    fc.property(anyPurchase(auto), (bought) => {
      const lived = live(bought);
      const leadMs = Math.min(bought.policy.beforeDays, bought.rule.windowDays) * DAY_MS;
      // Spread over the hours of its day, and a certificate may end up to an hour before the term.
      const most = fewest(lived, leadMs + DAY_MS + HOUR_MS) + (isBetterShort(lived) ? 1 : 0);
      expect(lived.terms.length).toBeLessThanOrEqual(most);
      if (bought.around.outages.length === 0)
        expect(lived.terms.length).toBeGreaterThanOrEqual(fewest(lived, leadMs - HOUR_MS));
    }),
    RUNS,
  );
});

test("under manual and none nothing is bought or reissued: manual reminds at most three times a certificate, none never, and the department is told once of each term that ends", () => {
  fc.assert(
    fc.property(anyPurchase(fc.constantFrom("manual", "none")), (bought) => {
      const { events, paid, terms, around, policy } = live(bought);
      expect(ofKind(events, "reissue")).toEqual([]);
      expect(terms).toHaveLength(1);
      const [{ issue } = { issue: null }, ...others] = ofKind(events, "issue");
      expect(others).toEqual([]);
      const reminders = ofKind(events, "reminder");
      const ofCertificate = reminders.filter(({ of }) => of === "certificate").length;
      expect(ofCertificate).toBeLessThanOrEqual(policy.mode === "none" ? 0 : 3);
      expect(reminders.length - ofCertificate).toBeLessThanOrEqual(1);
      expect(ofKind(events, "lapse")).toHaveLength(issue && paid.getTime() - issue.notAfter.getTime() > DAY_MS ? 1 : 0);
      const isTold =
        policy.mode === "manual" && around.outages.length === 0 && issue && terms[0]?.years === bought.years;
      if (isTold && paid.getTime() - issue.notAfter.getTime() > 60 * DAY_MS) expect(ofCertificate).toBeGreaterThan(0);
    }),
    RUNS,
  );
});
