// The domain's owner is asked when the rules of the day of issue want it, and again in growing pauses, not otherwise.
import fc from "fast-check";
import { expect, test } from "vitest";
import { daysBetween } from "../../../src/shared/base/dates.ts";
import { limitsAt } from "../../../src/shared/subscription/limits.ts";
import { askAgainAt, mustValidate } from "../../../src/shared/subscription/validation.ts";

const on = (instant: string) => ({ method: "dns" as const, at: new Date(instant) });

test("an owner who never validated the domain must do so", () => {
  expect(mustValidate(null, new Date("2026-04-02T12:00:00Z"))).toBe(true);
});

test.for([
  ["2026-04-02T12:00:00Z", "2026-10-19T12:00:00.000Z", 200],
  ["2027-04-02T12:00:00Z", "2027-07-11T12:00:00.000Z", 100],
  ["2029-04-02T12:00:00Z", "2029-04-12T12:00:00.000Z", 10],
] as const)("who validated on %s is spared until %s, %i days later, and asked a moment after it", ([at, last]) => {
  const later = new Date(new Date(last).getTime() + 1);

  expect(mustValidate(on(at), new Date(last))).toBe(false);
  expect(mustValidate(on(at), later)).toBe(true);
});

test("a validation of December is too old from the first second of 15 March 2027 on, which grants 100 days only", () => {
  const validated = on("2026-12-01T12:00:00Z");

  expect(mustValidate(validated, new Date("2027-03-14T23:59:59Z"))).toBe(false);
  expect(mustValidate(validated, new Date("2027-03-15T00:00:00Z"))).toBe(true);
});

test("with 47 days every reissue needs the owner, with 200 days every second one", () => {
  const validated = on("2026-04-02T12:00:00Z");
  const inTheLastYears = on("2029-04-02T12:00:00Z");

  expect(mustValidate(validated, new Date("2026-10-09T12:00:00Z"))).toBe(false);
  expect(mustValidate(validated, new Date("2027-04-17T12:00:00Z"))).toBe(true);
  expect(mustValidate(inTheLastYears, new Date("2029-05-09T12:00:00Z"))).toBe(true);
});

test("the owner is asked exactly when the validation is older than the day of issue allows", () => {
  const validated = fc.date({
    min: new Date("2025-01-01T00:00:00Z"),
    max: new Date("2030-01-01T00:00:00Z"),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(validated, fc.integer({ min: 0, max: 500 * 86_400 }), (at, ageSeconds) => {
      const issuedAt = new Date(at.getTime() + ageSeconds * 1_000);
      const isOld = ageSeconds > limitsAt(issuedAt).domainReuseDays * 86_400;
      expect(mustValidate({ method: "email", at }, issuedAt)).toBe(isOld);
    }),
    { numRuns: 1_000 },
  );
});

test("an owner who does not react is asked again after 2, 4 and 8 days, and then every 8", () => {
  const first = new Date("2026-04-02T12:00:00Z");

  const pauses = [1, 2, 3, 4, 5, 40].map((times) => daysBetween(first, askAgainAt(first, times)));

  expect(pauses).toEqual([2, 4, 8, 8, 8, 8]);
});
