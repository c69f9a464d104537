// Whether a day of the paid term was without a certificate.
import { expect, test } from "vitest";
import { type Held, uncoveredDays } from "../../../src/sandbox/years/coverage.ts";

const term = { from: new Date("2026-04-02T12:00:00Z"), to: new Date("2026-04-12T12:00:00Z") };

function held(issuedAt: string, endsAt: string): Held {
  const times = { issuedAt: new Date(issuedAt), endsAt: new Date(endsAt) };
  return { certId: 1, serialNumber: issuedAt, isFirst: true, byOwner: true, ...times };
}

function missed(...certificates: Held[]): string[] {
  return uncoveredDays(term, certificates).map((day) => day.toISOString().slice(0, 10));
}

test("nothing is missed while each certificate comes before the last one ends", () => {
  const first = held("2026-04-02T18:00:00Z", "2026-04-07T18:00:00Z");
  const second = held("2026-04-06T18:00:00Z", "2026-04-12T12:00:00Z");

  expect(missed(first, second)).toEqual([]);
});

test("a single second without a certificate counts as a day", () => {
  const first = held("2026-04-02T18:00:00Z", "2026-04-07T18:00:00Z");
  const second = held("2026-04-07T18:00:01Z", "2026-04-12T12:00:00Z");

  expect(missed(first, second)).toEqual(["2026-04-07"]);
});

test("a certificate covers nothing before it was issued, and the term's last second counts", () => {
  const late = held("2026-04-05T18:00:00Z", "2026-04-12T11:59:59Z");

  expect(missed(late)).toEqual(["2026-04-02", "2026-04-03", "2026-04-04", "2026-04-05", "2026-04-11"]);
});

test("without any certificate every day is uncovered", () => {
  expect(missed()).toHaveLength(10);
});
