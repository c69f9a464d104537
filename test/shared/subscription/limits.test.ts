// The limits of the day of issue hold to the second, and every worked example of the customer's documents comes out as written there.
import fc from "fast-check";
import { expect, test } from "vitest";
import { plusDays, utcDate } from "../../../src/shared/base/dates.ts";
import type { Certificate } from "../../../src/shared/certificate/certificate.ts";
import { newCertificate } from "../../../src/shared/certificate/new-record.ts";
import { parseOrder } from "../../../src/shared/certificate/order.ts";
import { project } from "../../../src/shared/certificate/projection.ts";
import { dueOf } from "../../../src/shared/subscription/due.ts";
import {
  EMAIL_VALIDATION_ENDS,
  latestNotAfter,
  limitsAt,
  reusableUntil,
} from "../../../src/shared/subscription/limits.ts";
import { paidEnd } from "../../../src/shared/subscription/term.ts";
import { orderBody } from "../../support/order.ts";
import { defaultPolicy } from "../../support/policy.ts";
import { bought, CLOSE_TO_TRIGGER, issueOf, POLICY, subscription } from "./subscriptions.ts";

const at = (instant: string) => new Date(instant);

test.for([
  ["2026-03-14T23:59:59Z", 398, 398, 825, 398],
  ["2026-03-15T00:00:00Z", 200, 200, 398, 398],
  ["2027-03-14T23:59:59Z", 200, 200, 398, 398],
  ["2027-03-15T00:00:00Z", 100, 100, 398, 398],
  ["2029-03-14T23:59:59Z", 100, 100, 398, 398],
  ["2029-03-15T00:00:00Z", 47, 10, 398, 398],
  ["2035-01-01T00:00:00Z", 47, 10, 398, 398],
] as const)(
  "issued at %s a certificate may live %i days and use a domain's validation of %i days ago",
  ([issuedAt, validityDays, domainReuseDays, OV, EV]) => {
    expect(limitsAt(at(issuedAt))).toMatchObject({
      validityDays,
      domainReuseDays,
      organisationReuseDays: { OV, EV },
    });
  },
);

test("validation by e-mail ends with the last second of 14 March 2028", () => {
  expect(EMAIL_VALIDATION_ENDS).toEqual(at("2028-03-15T00:00:00Z"));
});

test("the first and the last second of a certificate both count into its permitted days", () => {
  const day = fc.date({ min: at("2024-01-01T00:00:00Z"), max: at("2035-01-01T00:00:00Z"), noInvalidDate: true });
  fc.assert(
    fc.property(day, (notBefore) => {
      const livesMs = latestNotAfter(notBefore).getTime() - notBefore.getTime() + 1_000;
      expect(livesMs).toBe(limitsAt(notBefore).validityDays * 86_400_000);
    }),
  );
});

test("a certificate that is dated back lives by the rule of the day on which it is issued", () => {
  const notBefore = at("2026-03-14T12:00:00Z");

  expect(latestNotAfter(notBefore, at("2026-03-15T06:00:00Z"))).toEqual(at("2026-09-30T11:59:59Z"));
});

test.for([
  ["that nothing shortens", "2026-04-02T12:00:00Z", "2026-10-19T12:00:00.000Z"],
  ["from the days of 398, which 15 March 2026 shortens,", "2026-03-14T12:00:00Z", "2026-09-30T12:00:00.000Z"],
  ["that is over 100 days old on 15 March 2027", "2026-12-01T12:00:00Z", "2027-03-14T23:59:59.999Z"],
  ["that is just 100 days old when 15 March 2027 begins", "2026-12-05T00:00:00Z", "2027-03-15T00:00:00.000Z"],
  ["that is younger on 15 March 2027", "2027-01-01T12:00:00Z", "2027-04-11T12:00:00.000Z"],
  ["that is over ten days old on 15 March 2029", "2029-03-04T12:00:00Z", "2029-03-14T23:59:59.999Z"],
  ["that is younger on 15 March 2029", "2029-03-10T12:00:00Z", "2029-03-20T12:00:00.000Z"],
  ["of the last days", "2029-03-15T00:00:00Z", "2029-03-25T00:00:00.000Z"],
] as const)("a validation %s (%s) is used until %s", ([, validatedAt, until]) => {
  expect(reusableUntil(at(validatedAt)).toISOString()).toBe(until);
});

test("a validation is used exactly as long as it is no older than the day of issue allows", () => {
  const validated = fc.date({ min: at("2025-01-01T00:00:00Z"), max: at("2030-01-01T00:00:00Z"), noInvalidDate: true });
  fc.assert(
    fc.property(validated, fc.integer({ min: 0, max: 500 * 86_400 }), (validatedAt, ageSeconds) => {
      const issuedAt = new Date(validatedAt.getTime() + ageSeconds * 1_000);
      const isFresh = ageSeconds <= limitsAt(issuedAt).domainReuseDays * 86_400;
      expect(issuedAt <= reusableUntil(validatedAt)).toBe(isFresh);
    }),
    { numRuns: 1_000 },
  );
});

/** Case, bought and issued on, years, Expiration date, day on which the policy acts, Paid until, latest date when issued at midnight. */
const WORKED = [
  ["the seed example", "2026-04-02", 5, "2026-10-19", "2026-10-09", "2031-04-02", "2026-10-18"],
  ["one year", "2026-04-02", 1, "2026-10-19", "2026-10-09", null, "2026-10-18"],
  ["the last day of 398", "2026-03-14", 2, "2027-04-16", "2027-04-06", "2028-03-14", "2027-04-15"],
  ["the first day of 200", "2026-03-15", 2, "2026-10-01", "2026-09-21", "2028-03-15", "2026-09-30"],
  ["across the year's end", "2026-07-01", 2, "2027-01-17", "2027-01-07", "2028-07-01", "2027-01-16"],
  ["31 December", "2026-12-31", 2, "2027-07-19", "2027-07-09", "2028-12-31", "2027-07-18"],
  ["the last day of 200", "2027-03-14", 3, "2027-09-30", "2027-09-20", "2030-03-14", "2027-09-29"],
  ["the first day of 100", "2027-03-15", 3, "2027-06-23", "2027-06-13", "2030-03-15", "2027-06-22"],
  ["a 31st", "2027-08-31", 5, "2027-12-09", "2027-11-29", "2032-08-31", "2027-12-08"],
  ["a policy that acts on a leap day", "2027-12-01", 2, "2028-03-10", "2028-02-29", "2029-12-01", "2028-03-09"],
  ["a leap day, to a plain year", "2028-02-29", 3, "2028-06-08", "2028-05-29", "2031-02-28", "2028-06-07"],
  ["a leap day, to a leap year", "2028-02-29", 4, "2028-06-08", "2028-05-29", "2032-02-29", "2028-06-07"],
  ["a leap day, one year", "2028-02-29", 1, "2028-06-08", "2028-05-29", null, "2028-06-07"],
  ["the last day of 100", "2029-03-14", 2, "2029-06-22", "2029-06-12", "2031-03-14", "2029-06-21"],
  ["the first day of 47", "2029-03-15", 2, "2029-05-01", "2029-04-21", "2031-03-15", "2029-04-30"],
] as const;

test.for(WORKED)(
  "%s: bought on %s for %i years it expires on %s, is reissued on %s, and is paid until %s",
  async ([, day, years, expirationDate, acts, paidUntil]) => {
    const shown = await shownOf(at(`${day}T12:00:00Z`), years);

    expect(shown).toMatchObject({ expirationDate, paidUntil, nextAction: { kind: "reissue", at: acts } });
  },
);

test.for(WORKED)(
  "%s: issued on %s at midnight for %i years, the last legal second is a day earlier",
  ([, day, , expirationDate, , , fromMidnight]) => {
    const latest = latestNotAfter(at(`${day}T00:00:00Z`));

    expect(utcDate(latest)).toBe(fromMidnight);
    expect(utcDate(plusDays(latest, 1))).toBe(expirationDate);
  },
);

test("one year from a leap day ends on 28 February, though nothing is shown as Paid until", () => {
  expect(paidEnd([{ at: at("2028-02-29T12:00:00Z"), years: 1 }], 1)).toEqual(at("2029-02-28T12:00:00Z"));
});

test("five years from 2 April 2026 take thirty certificates, the last one cut to the paid term", () => {
  const chain = chainOf("2026-04-02T12:00:00Z", 5);

  expect(chain).toHaveLength(30);
  expect([0, 1, 2, 9, 10, 28, 29].map((i) => chain[i])).toEqual([
    "2026-04-02→2026-10-19",
    "2026-10-09→2027-04-27",
    "2027-04-17→2027-07-26",
    "2029-01-06→2029-04-16",
    "2029-04-06→2029-05-23",
    "2031-02-01→2031-03-20",
    "2031-03-10→2031-04-02",
  ]);
});

test("two years from 2 April 2026 take six certificates", () => {
  const chain = chainOf("2026-04-02T12:00:00Z", 2);

  expect(chain).toHaveLength(6);
  expect(chain.at(-1)).toBe("2028-01-12→2028-04-02");
});

test("one year from 2 April 2026 takes two certificates", () => {
  expect(chainOf("2026-04-02T12:00:00Z", 1)).toEqual(["2026-04-02→2026-10-19", "2026-10-09→2027-04-02"]);
});

/** As the API shows a certificate that was bought and issued at this time, for as long as the rules allow. */
async function shownOf(issuedAt: Date, years: number) {
  const parsed = await parseOrder(await orderBody({ years }), at("2026-11-22T12:00:00Z"));
  if ("faults" in parsed) throw new Error(JSON.stringify(parsed.faults));
  const { serialNumber, notBefore, notAfter } = issueOf(issuedAt);
  const issue = { serialNumber, notBefore: notBefore.toISOString(), notAfter: notAfter.toISOString() };
  const accepted = newCertificate(parsed.order, issuedAt);
  const certificate: Certificate = {
    ...accepted,
    state: "CONFIGURED",
    certId: 1,
    purchases: [{ certId: 1, orderId: 1, at: issuedAt.toISOString(), years }],
    attempt: 1,
    record: { ...accepted.record, issue: { ...issue, pem: "", csrHash: "" } },
  };
  return project(certificate, issuedAt, defaultPolicy);
}

/**
 * The certificates of a paid term, each reissued at noon of the day on which the policy acts: the share is the one that acts as late
 * on that day as any, a moment before noon where the certificate ends a second before it.
 */
function chainOf(start: string, years: number): string[] {
  const purchase = bought(start, years);
  const ends = paidEnd([purchase], years) ?? at(start);
  const chain: string[] = [];
  for (let issuedAt: Date | undefined = at(start); issuedAt; ) {
    const issue = issueOf(issuedAt, ends);
    chain.push(`${utcDate(issue.notBefore)}→${utcDate(issue.notAfter)}`);
    const next = dueOf(subscription({ share: CLOSE_TO_TRIGGER, years, terms: [purchase], issue }), POLICY);
    issuedAt = next?.kind === "reissue" ? at(`${utcDate(next.at)}T12:00:00Z`) : undefined;
  }
  return chain;
}
