// When the policy acts: early enough, never in a loop, spread over the day, once an issue, and not at all where nothing is left to do.
import fc from "fast-check";
import { expect, test } from "vitest";
import { daysBetween, plusDays, utcDate } from "../../../src/shared/base/dates.ts";
import {
  type Due,
  dueOf,
  effectiveLead,
  lastEnd,
  type Subscription,
  shareOf,
  stagesBehind,
} from "../../../src/shared/subscription/due.ts";
import { latestNotAfter, limitsAt } from "../../../src/shared/subscription/limits.ts";
import type { Policy } from "../../../src/shared/subscription/policy.ts";
import { bought, CLOSE_TO_TRIGGER, issueOf, NOON, POLICY, subscription } from "./subscriptions.ts";

const MANUAL: Policy = { mode: "manual", beforeDays: 10 };
const NONE: Policy = { mode: "none", beforeDays: 10 };
const SERIAL = issueOf(NOON).serialNumber;

const life = fc.integer({ min: 1, max: 398 });
const before = fc.integer({ min: 1, max: 200 });
const share = fc.double({ min: 0, max: CLOSE_TO_TRIGGER, noNaN: true });
const start = fc
  .integer({ min: Date.parse("2024-01-01T00:00:00Z") / 1_000, max: Date.parse("2040-01-01T00:00:00Z") / 1_000 })
  .map((seconds) => new Date(seconds * 1_000));

function living(notBefore: Date, days: number): NonNullable<Subscription["issue"]> {
  return { serialNumber: "1", notBefore, notAfter: new Date(plusDays(notBefore, days).getTime() - 1_000) };
}

/** Of five years, bought at once, so that no term ends meanwhile. */
function reissueAt(issue: NonNullable<Subscription["issue"]>, beforeDays: number, ownShare: number): Date {
  const terms = [bought(issue.notBefore, 5)];
  const due = dueOf(subscription({ share: ownShare, years: 5, terms, issue }), { mode: "auto", beforeDays });
  if (due?.kind !== "reissue") throw new Error(`due is ${JSON.stringify(due)}`);
  return due.at;
}

test("however many days before the end are wanted, at least half of the certificate's life passes first", () => {
  fc.assert(
    fc.property(start, life, before, (notBefore, days, beforeDays) => {
      const lead = effectiveLead(beforeDays, living(notBefore, days));
      expect(lead).toBeLessThanOrEqual(beforeDays);
      expect(lead).toBeLessThanOrEqual(days / 2);
      const successor = limitsAt(plusDays(living(notBefore, days).notAfter, -lead)).validityDays;
      expect(lead).toBeLessThanOrEqual(successor / 2);
      if (lead < Math.min(beforeDays, Math.floor(days / 2))) expect(lead).toBeGreaterThanOrEqual(Math.floor(47 / 2));
    }),
  );
});

test("no certificate is reissued before the day on which half of its life is over", () => {
  fc.assert(
    fc.property(start, life, before, share, (notBefore, days, beforeDays, ownShare) => {
      const issue = living(notBefore, days);
      const middle = new Date((issue.notBefore.getTime() + issue.notAfter.getTime()) / 2);
      expect(utcDate(reissueAt(issue, beforeDays, ownShare)) >= utcDate(middle)).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});

test("a reissue is due on the day that the policy names, and no later than whole days before the end", () => {
  fc.assert(
    fc.property(start, life, before, share, (notBefore, days, beforeDays, ownShare) => {
      const issue = living(notBefore, days);
      const latest = plusDays(issue.notAfter, -effectiveLead(beforeDays, issue));
      const at = reissueAt(issue, beforeDays, ownShare);
      expect(utcDate(at)).toBe(utcDate(latest));
      expect(at <= latest).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});

test("of two certificates with the same place in the day, the one that ends earlier is never dealt with later", () => {
  fc.assert(
    fc.property(start, fc.integer({ min: 0, max: 3 * 86_400 }), share, (notBefore, laterBySeconds, ownShare) => {
      const later = new Date(notBefore.getTime() + laterBySeconds * 1_000);
      const first = reissueAt(living(notBefore, 200), 10, ownShare);
      expect(first <= reissueAt(living(later, 200), 10, ownShare)).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});

test("certificates that end at the same second are spread over the hours before it", () => {
  const issue = living(new Date("2026-04-02T23:59:59Z"), 200);
  const hours = Array.from({ length: 2_400 }, (_, i) => reissueAt(issue, 10, shareOf(`bill-${i}`)).getUTCHours());

  const perHour = Array.from({ length: 24 }, (_, hour) => hours.filter((each) => each === hour).length);

  expect(Math.min(...perHour)).toBeGreaterThan(50);
  expect(Math.max(...perHour)).toBeLessThan(150);
});

test("a reference keeps its place in the day, on every machine and in every release", () => {
  expect(shareOf("bill-1001")).toBeCloseTo(0.4597387619, 9);
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 64 }), (reference) => {
      expect(shareOf(reference)).toBe(shareOf(reference));
      expect(shareOf(reference)).toBeGreaterThanOrEqual(0);
      expect(shareOf(reference)).toBeLessThan(1);
    }),
  );
});

test("a certificate that the policy has had reissued is not asked for again", () => {
  expect(dueOf(subscription({ actedOn: SERIAL }), POLICY)).toBeNull();
  expect(dueOf(subscription({ actedOn: "an earlier one" }), POLICY)).toMatchObject({ kind: "reissue" });
});

test("every reissue gains time, whatever limit its successor has: one that would end on the same day is made later", () => {
  const issue = { serialNumber: "1", notBefore: at("2027-01-26T00:00:00Z"), notAfter: at("2027-08-14T00:00:00Z") };
  fc.assert(
    fc.property(start, life, before, share, (notBefore, days, beforeDays, ownShare) => {
      const old = living(notBefore, days);
      const issuedAt = reissueAt(old, beforeDays, ownShare);
      expect(daysBetween(old.notAfter, latestNotAfter(issuedAt))).toBeGreaterThanOrEqual(1);
    }),
    { numRuns: 1_000 },
  );

  expect(effectiveLead(200, issue)).toBe(50); // of 100 days before, the successor of 100 days would end on 2027-08-14, too
});

const at = (text: string): Date => new Date(text);

const oneYear = { years: 1, terms: [bought("2025-06-01T12:00:00Z")] };
const soldForTwo = { years: 1, terms: [bought("2025-06-01T12:00:00Z", 2)] };
const nothingLeft: [string, Partial<Subscription>][] = [
  ["something is under way or the order is over", { isBusy: true }],
  ["there is no certificate yet", { issue: null }],
  ["nothing is bought", { terms: [] }],
];

test.for(nothingLeft)("while %s, no policy does anything", ([, changes]) => {
  for (const policy of [POLICY, MANUAL, NONE]) expect(dueOf(subscription(changes), policy)).toBeNull();
});

const lasts = issueOf(NOON, new Date("2026-06-01T12:00:00Z"));
const last: [string, Partial<Subscription>][] = [
  ["lasts to the end", { ...oneYear, issue: lasts }],
  ["lasts to the end of what was paid, of more bought", { ...soldForTwo, issue: lasts }],
  ["ends on the day of its term, so that no reissue gains a day", { ...oneYear, issue: endingBefore(11) }],
];

/** So many hours before the term does, on its own and not cut by the certificate authority. */
function endingBefore(hours: number): NonNullable<Subscription["issue"]> {
  const notAfter = new Date(at("2026-06-01T12:00:00Z").getTime() - hours * 3_600_000);
  return { ...lasts, notBefore: plusDays(notAfter, -199), notAfter };
}

test.for(last)(
  "that a certificate which %s ends is told once, so long before as the policy says, and by none not at all",
  ([, changes]) => {
    const all = subscription(changes);
    const [serialNumber, notAfter] = [all.issue?.serialNumber ?? "", all.issue?.notAfter ?? NOON];
    const told = { ...all, reminded: { serialNumber, stages: ["ends"] as const } };
    for (const policy of [POLICY, MANUAL]) {
      const due = dueOf(all, policy);
      expect(due).toMatchObject({ kind: "ends" });
      expect(due && utcDate(due.at)).toBe(utcDate(plusDays(notAfter, -10)));
      expect(dueOf(told, policy)).toBeNull();
      expect(dueOf(all, policy, notAfter)).toBeNull(); // over: nobody is told afterwards
      expect(dueOf({ ...all, isReissuing: true }, policy)).toBeNull();
    }
    expect(dueOf(all, NONE)).toBeNull();
    expect([lastEnd(all), lastEnd(told)]).toEqual([notAfter, notAfter]);
  },
);

test("one that another certificate or term comes after does not end for good", () => {
  expect(lastEnd(subscription())).toBeNull(); // it is reissued
  const renewed = subscription({ years: 2, terms: [bought("2025-06-01T12:00:00Z")], issue: lasts });
  expect(lastEnd(renewed)).toBeNull(); // the second year is bought
  expect(dueOf(renewed, POLICY)).toMatchObject({ kind: "renew" });
});

test("the policy none leaves a certificate alone", () => {
  expect(dueOf(subscription(), NONE)).toBeNull();
});

test("under manual the customer is reminded when the policy says, and three days and a day before the end", () => {
  const reminded = (stages: Due[]) =>
    stages.length === 0
      ? null
      : { serialNumber: SERIAL, stages: stages.flatMap((each) => (each.kind === "remind" ? [each.stage] : [])) };
  const found: Due[] = [];
  for (let next = dueOf(subscription(), MANUAL); next; ) {
    found.push(next);
    next = dueOf(subscription({ reminded: reminded(found) }), MANUAL);
  }

  expect(found.map((each) => each.kind === "remind" && `${each.stage} ${utcDate(each.at)}`)).toEqual([
    "lead 2026-10-09",
    "3-days 2026-10-16",
    "1-day 2026-10-18",
  ]);
});

test.for([
  ["ten days", 10, ["lead", "3-days", "1-day"]],
  ["three days", 3, ["lead", "1-day"]],
  ["a single day", 1, ["lead"]],
] as const)("who is told %s before the end is told again only where the end comes nearer", ([, beforeDays, stages]) => {
  const policy: Policy = { mode: "manual", beforeDays };

  expect(stagesBehind(subscription(), policy, issueOf(NOON).notAfter)).toEqual(stages);
});

test("a reminder that was slept past stands together with the next one, which is then the only one due", () => {
  const twoDaysBefore = plusDays(issueOf(NOON).notAfter, -2);
  const overslept = dueOf(subscription(), MANUAL);
  const stages = stagesBehind(subscription(), MANUAL, twoDaysBefore);

  const after = dueOf(subscription({ reminded: { serialNumber: SERIAL, stages } }), MANUAL);

  expect(overslept).toMatchObject({ kind: "remind", stage: "lead" });
  expect(stages).toEqual(["lead", "3-days"]);
  expect(after).toMatchObject({ kind: "remind", stage: "1-day" });
});

test("a certificate that was replaced begins its reminders anew", () => {
  const reminded = { serialNumber: "an earlier one", stages: ["lead", "3-days", "1-day"] as const };

  expect(dueOf(subscription({ reminded }), MANUAL)).toMatchObject({ kind: "remind", stage: "lead" });
});
