// The last certificate of a term: the customer is told once that it ends and nothing comes after it, and never of one that is renewed.
import { expect, test } from "vitest";
import type { Certificate } from "../../../src/shared/certificate/certificate.ts";
import { project } from "../../../src/shared/certificate/projection.ts";
import { ledgerOf } from "../../support/needs.ts";
import type { OrderChanges } from "../../support/order.ts";
import { defaultPolicy } from "../../support/policy.ts";
import { issued, type World } from "../../support/world.ts";
import {
  CUSTOMER,
  DEPARTMENT,
  dayOf,
  dueAt,
  happened,
  mailsTo,
  now,
  opened,
  QUICKSSL,
  setTime,
  story,
  sweep,
  takeOn,
  untilDue,
} from "./stories.ts";

/** Bought on 2 April 2026; reissued in autumn, so that it ends with the year that was bought, on 2 April 2027. */
async function lastOfTheYear(w: World, changes: OrderChanges = {}): Promise<Certificate> {
  const first = await opened(w, { product: QUICKSSL, years: 1, ...changes });
  await untilDue(w, first);
  await sweep(w);
  const reissued = await takeOn(w, first.order.reference, ({ record }) => record.reissues === 1);
  return takeOn(w, reissued.order.reference, issued);
}

const ending = async (w: World) =>
  (await mailsTo(w, CUSTOMER)).filter(({ text }) => text.includes("last certificate of the term"));
const nextOf = (w: World, certificate: Certificate) => project(certificate, w.time.now(), defaultPolicy).nextAction;

test("that a one-year certificate ends is told ten days before, once, though three sweeps meet, and the API says ends from the beginning to the end", async () => {
  const w = await story();
  await w.work(["notify"]);
  const last = await lastOfTheYear(w);
  const before = nextOf(w, last);
  const due = await dueAt(w, last);

  await untilDue(w, last);
  await sweep(w, 3);
  await sweep(w);
  const told = await now(w, last);

  expect([dayOf(due), before]).toEqual(["2027-03-23", { kind: "ends", at: "2027-04-02" }]);
  const [mail, ...others] = await ending(w);
  expect(others).toEqual([]);
  expect(mail?.text).toContain("2027-04-02 (10 days left)");
  expect(mail?.text).not.toContain("Paid until");
  expect(nextOf(w, told)).toEqual({ kind: "ends", at: "2027-04-02" });
  expect(await dueAt(w, told)).toBeUndefined();
  expect(told.record.reissues).toBe(1);
  setTime(w, "2027-04-03T00:00:00Z");
  expect(nextOf(w, told)).toBeNull();
});

test("of a certificate whose next year is bought nobody is told that it ends", async () => {
  const w = await story();
  await w.work(["notify"]);
  const first = await opened(w, { product: QUICKSSL, years: 2 });
  await untilDue(w, first);
  await sweep(w);
  const last = await takeOn(w, first.order.reference, ({ record }) => record.reissues === 1);

  expect(nextOf(w, last)?.kind).toBe("renew");
  await untilDue(w, last);
  await sweep(w);
  await takeOn(w, last.order.reference, (each) => each.term === 2 && issued(each) && !each.record.renewal);

  expect(await ending(w)).toEqual([]);
});

test.each([
  [{ mode: "none", beforeDays: 10 }, 0],
  [{ mode: "manual", beforeDays: 30 }, 1],
  [{ mode: "auto", beforeDays: 1 }, 1],
] as const)("under %j the customer gets %i mails about the end", async (policy, mails) => {
  const w = await story();
  await w.work(["notify"]);
  // Sold for one year and bought in 2026 with a life of 200 days: manual and none leave the reissue to people.
  const first = await opened(w, { product: QUICKSSL, years: 1, policy: { mode: "auto", beforeDays: 10 } });
  await untilDue(w, first);
  await sweep(w);
  const reissued = await takeOn(w, first.order.reference, ({ record }) => record.reissues === 1);
  const last = await takeOn(w, reissued.order.reference, issued);
  const terms = { ...last.record.terms, policy };
  await w.certificates.save({ ...last, record: { ...last.record, terms } }, w.time.now());

  setTime(w, "2027-04-01T23:00:00Z");
  await sweep(w, 2);

  expect(await ending(w)).toHaveLength(mails);
  expect(nextOf(w, await now(w, last))).toEqual({ kind: "ends", at: "2027-04-02" });
});

test("a certificate that has ended while nobody looked is not told of afterwards", async () => {
  const w = await story();
  await w.work(["notify"]);
  await lastOfTheYear(w);

  setTime(w, "2027-04-05T00:00:00Z");
  await sweep(w);

  expect(await ending(w)).toEqual([]);
});

test("a next term that the ledger's clock holds to be too early raises nothing, and begins by itself when that clock is right", async () => {
  const w = await story();
  await w.work(["notify"]);
  const first = await opened(w, { product: QUICKSSL, years: 2 });
  await untilDue(w, first);
  await sweep(w);
  const last = await takeOn(w, first.order.reference, ({ record }) => record.reissues === 1);
  await takeOn(w, last.order.reference, issued);
  await untilDue(w, await now(w, last));
  const behind = { ledger: ledgerOf(w, { now: () => Date.parse("2026-12-01T00:00:00Z") }) };

  await sweep(w, 2, behind);
  const waiting = await now(w, last);
  await sweep(w);
  const begun = await now(w, last);

  expect(waiting).toMatchObject({ term: 1, record: { attention: null } });
  expect(await dueAt(w, last)).toBeUndefined();
  expect(begun.term).toBe(2);
  expect(happened(begun, "attention.raised")).toBe(0);
  expect((await mailsTo(w, DEPARTMENT)).filter(({ subject }) => !subject.startsWith("A year left"))).toEqual([]);
});
