// When the next term is bought, where the customer has paid for more years than eNom sells at once, and who is told under which policy.
import fc from "fast-check";
import { expect, test } from "vitest";
import { daysBetween, plusDays, utcDate } from "../../../src/shared/base/dates.ts";
import { dueOf, type Subscription } from "../../../src/shared/subscription/due.ts";
import type { Policy } from "../../../src/shared/subscription/policy.ts";
import { bought, CLOSE_TO_TRIGGER, COMODO, issueOf, NOON, POLICY, subscription } from "./subscriptions.ts";

const MANUAL: Policy = { mode: "manual", beforeDays: 10 };
const NONE: Policy = { mode: "none", beforeDays: 10 };

const before = fc.integer({ min: 1, max: 200 });
const share = fc.double({ min: 0, max: CLOSE_TO_TRIGGER, noNaN: true });

/** Two years were paid, eNom sold one: what was bought ends on 2 April 2027, and so does the certificate. */
function sold(changes: Partial<Subscription> = {}): Subscription {
  const terms = [bought(NOON)];
  const ends = new Date("2027-04-02T12:00:00Z");
  return subscription({ terms, issue: issueOf(new Date("2026-10-09T12:00:00Z"), ends), ...changes });
}

test.for([
  [10, "2027-03-23"],
  [30, "2027-03-03"],
  [200, "2027-03-03"],
] as const)(
  "with %i days before, the next year of a GeoTrust product is bought on %s: eNom's window is 30 days",
  ([beforeDays, day]) => {
    const due = dueOf(sold(), { mode: "auto", beforeDays });

    expect(due?.kind).toBe("renew");
    expect(utcDate(due?.at ?? NOON)).toBe(day);
  },
);

test("no next term is bought before eNom's window opens, at any place in the day", () => {
  fc.assert(
    fc.property(before, share, fc.constantFrom(30, 60), (beforeDays, ownShare, windowDays) => {
      const rule = { windowDays, carriesOver: windowDays === 60 };
      const due = dueOf(sold({ share: ownShare, rule }), { mode: "auto", beforeDays });
      expect(due?.kind).toBe("renew");
      expect((due?.at ?? NOON) >= plusDays(new Date("2027-04-02T12:00:00Z"), -windowDays)).toBe(true);
    }),
  );
});

test("within the bought year a certificate is reissued, not bought again", () => {
  const due = dueOf(sold({ issue: issueOf(NOON) }), POLICY);

  expect(due).toMatchObject({ kind: "reissue" });
  expect(utcDate(due?.at ?? NOON)).toBe("2026-10-09");
});

test("the last bought term needs no next one", () => {
  const terms = [bought(NOON), bought("2027-03-23T12:00:00Z")];
  const issue = issueOf(new Date("2028-02-01T12:00:00Z"), new Date("2028-04-02T12:00:00Z"));

  expect(dueOf(sold({ terms, rule: COMODO, issue }), POLICY)).toMatchObject({ kind: "ends" });
});

test("a certificate that eNom cut a few days before the term's end by our books is not reissued, the next term is bought", () => {
  const cut = issueOf(new Date("2026-10-09T12:00:00Z"), new Date("2027-03-28T12:00:00Z"));

  const due = dueOf(sold({ issue: cut }), POLICY);

  expect(due?.kind).toBe("renew");
  expect(utcDate(due?.at ?? NOON)).toBe("2027-03-18");
  expect(daysBetween(due?.at ?? NOON, cut.notAfter)).toBe(10);
});

test("a certificate of full length that happens to end with the term is not reissued, the next term is bought", () => {
  const full = issueOf(new Date("2026-09-14T12:00:00Z"));

  expect(full.notAfter).toEqual(new Date("2027-04-02T11:59:59Z"));
  expect(dueOf(sold({ issue: full }), POLICY)).toMatchObject({ kind: "renew" });
});

test("a certificate that was cut to the paid term's end, a few days early, is left to end", () => {
  const cut = issueOf(new Date("2026-10-09T12:00:00Z"), new Date("2027-03-28T12:00:00Z"));

  expect(dueOf(sold({ issue: cut, years: 1 }), POLICY)).toMatchObject({ kind: "ends" });
});

test.for([MANUAL, NONE])(
  "under $mode the department is told once a term that the next one is due, when eNom's window opens",
  (policy) => {
    const due = dueOf(sold(), policy);
    const told = dueOf(sold({ toldOfRenewal: 1 }), policy);

    expect(due).toMatchObject({ kind: "tell-of-renewal", at: new Date("2027-03-03T12:00:00Z") });
    expect(told?.kind).toBe(policy.mode === "manual" ? "remind" : undefined);
  },
);
