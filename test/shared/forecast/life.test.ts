// One certificate's life: the numbers that customers were told, and what policy, outage, owner and CA change in it.
import { expect, test } from "vitest";
import { plusDays, utcDate } from "../../../src/shared/base/dates.ts";
import { dueOf } from "../../../src/shared/subscription/due.ts";
import { bought, COMODO, GEOTRUST, issueOf, NOON, POLICY, subscription } from "../subscription/subscriptions.ts";
import { countsOf, type Given, HOUR_MS, live, ofKind, purchase } from "./lives.ts";

/** Five years, bought at noon of 2 April 2026, reissued 10 days before. */
const fiveYears = (given: Given = {}) => live(purchase({ at: NOON, years: 5, ...given }));

test.for([
  ["bought at once: 30 certificates, 1 purchase", [5], GEOTRUST, { certificates: 30, purchases: 1 }],
  ["GeoTrust by the year, days that are left are lost: 31 and 6", [1], GEOTRUST, { certificates: 31, purchases: 6 }],
  ["Comodo by the year, days that are left carry over: 32 and 5", [1], COMODO, { certificates: 32, purchases: 5 }],
] as const)("five years from 2 April 2026, %s", ([_what, sold, rule, expected]) => {
  expect(countsOf(fiveYears({ rule, sold }))).toEqual(expected);
});

test("with 30 days before, five years take 40 certificates, not 51: from 2029 on a certificate of 47 days is replaced after 24 of them, not after 17", () => {
  const lived = fiveYears({ sold: [5], beforeDays: 30 });

  expect(countsOf(lived)).toEqual({ certificates: 40, purchases: 1 });
  const [one, next] = ofKind(lived.events, "issue").slice(-4);
  expect(next && one && Math.round((next.at.getTime() - one.at.getTime()) / (24 * HOUR_MS))).toBe(24);
});

test("the longest term that fits is bought first, and what is left of five years in what is sold", () => {
  const years = (sold: number[], rule = COMODO) => fiveYears({ sold, rule }).terms.map((term) => term.years);

  expect(years([1, 2])).toEqual([2, 2, 1]);
  expect(years([1, 3])).toEqual([3, 1, 1]);
  expect(years([1, 2, 3, 4, 5])).toEqual([5]);
  // Ten days of each term are lost, so that a bit of a sixth year is missing at the end.
  expect(years([1, 3], GEOTRUST)).toEqual([3, 3]);
});

test("the owner is asked for every second certificate at first, and from March 2029 on for every one", () => {
  const { events } = fiveYears({ sold: [5] });
  const asked = ofKind(events, "validation").map(({ at }) => utcDate(at));
  const spared = ofKind(events, "issue").map(({ at }) => utcDate(at));

  expect(spared.filter((day) => !asked.includes(day))).toEqual([
    ...["2026-10-09", "2027-07-16", "2028-01-12", "2028-07-10", "2029-01-06"],
  ]);
});

test("what became due in an outage is done at the first sweep behind it, once", () => {
  const due = ofKind(fiveYears({ sold: [5] }).events, "reissue")[0]?.at ?? NOON;
  const outage = { from: plusDays(due, -1), to: new Date(plusDays(due, 3).getTime() + HOUR_MS / 2) };

  const reissues = ofKind(fiveYears({ sold: [5], outages: [outage] }).events, "reissue");

  expect(reissues[0]?.at).toEqual(new Date(Math.ceil(outage.to.getTime() / HOUR_MS) * HOUR_MS));
  expect(new Set(reissues.map(({ serialNumber }) => serialNumber)).size).toBe(reissues.length);
});

test.for([
  ["across the end of a term", "2031-12-01T00:00:00Z"],
  ["up to some days before the end of a term", "2031-11-25T00:00:00Z"],
])(
  "behind an outage %s the next term is bought, and the ended certificate is not reissued before",
  ([_when, to = ""]) => {
    // The certificate ends on 19 November, ten days before its term: the reissue was due first.
    const given = {
      at: new Date("2029-11-29T12:31:40Z"),
      years: 3,
      sold: [1, 2],
      beforeDays: 5,
      ownerMs: 12 * HOUR_MS,
    };
    const outage = { from: new Date("2031-11-13T00:00:00Z"), to: new Date(to) };

    const { events } = live(purchase({ ...given, outages: [outage] }));

    const woken = events.filter(({ at }) => at >= outage.to).map(({ kind }) => kind);
    expect(woken.slice(0, 3)).toEqual(["purchase", "validation", "issue"]);
  },
);

test.for([
  ["and with it what was bought", [1]],
  ["although more was bought", [2]],
] as const)("nothing is reissued when the outage outlasts the paid term, %s", ([_what, sold]) => {
  const outages = [{ from: plusDays(NOON, 150), to: plusDays(NOON, 366) }];

  expect(ofKind(fiveYears({ years: 1, sold, outages }).events, "reissue")).toEqual([]);
});

test("nothing is reissued on the last day when what was bought ended in the morning", () => {
  const late = [bought("2026-04-02T18:00:00Z"), bought("2027-04-02T05:00:00Z")];
  const ended = subscription({ terms: late, issue: issueOf(new Date("2027-12-16T12:00:00Z")) });

  expect(dueOf(ended, POLICY, new Date("2028-04-02T04:00:00Z"))?.kind).toBe("reissue");
  expect(dueOf(ended, POLICY, new Date("2028-04-02T10:00:00Z"))).toBeNull();
});

test("a next term is never bought before eNom's window opens, so that no carried day is lost", () => {
  const { terms, paid } = live(
    purchase({ at: new Date("2026-01-01T00:00:00.037Z"), years: 3, rule: COMODO, sold: [1], beforeDays: 60, share: 0 }),
  );

  expect(terms).toHaveLength(3);
  expect(utcDate(paid)).toBe("2029-01-01");
});

test("under manual the customer is reminded three times and the certificate lapses; under none it lapses in silence", () => {
  const kinds = (mode: "manual" | "none") => fiveYears({ mode, sold: [5] }).events.map(({ kind }) => kind);

  expect(kinds("manual")).toEqual(["purchase", "validation", "issue", "reminder", "reminder", "reminder", "lapse"]);
  expect(kinds("none")).toEqual(["purchase", "validation", "issue", "lapse"]);
});

test("a certificate that lives as long as the paid term ends without a lapse", () => {
  const at = new Date("2026-03-01T00:00:00Z");

  expect(live(purchase({ at, years: 1, mode: "none" })).events.map(({ kind }) => kind)).not.toContain("lapse");
});

test("a CA that gives 199, 99 and 46 days instead of 200, 100 and 47 issues more often", () => {
  expect(countsOf(fiveYears({ sold: [5], daysBelow: 1 })).certificates).toBe(31);
});
