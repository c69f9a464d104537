// What is left of a paid term behind the last purchase: bought as a rule, given up where the order or the fleet says so, and then told in time.
import { expect, test } from "vitest";
import type { Certificate } from "../../../src/shared/certificate/certificate.ts";
import { project } from "../../../src/shared/certificate/projection.ts";
import type { PolicyFor } from "../../../src/shared/subscription/policy.ts";
import { defaultPolicy } from "../../support/policy.ts";
import { issued, type World } from "../../support/world.ts";
import {
  CUSTOMER,
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
  worker,
} from "./stories.ts";

const byDns = { method: "dns" } as const;

/** Two years paid, sold by the year: the second one was bought ten days early, and ends ten days before the paid term. */
async function inItsLastYear(w: World, changes: Parameters<typeof opened>[1] = {}): Promise<Certificate> {
  const first = await opened(w, { product: QUICKSSL, approver: byDns, ...changes });
  setTime(w, "2027-03-24T00:00:00Z");
  await sweep(w);
  return takeOn(w, first.order.reference, (each) => each.term === 2 && issued(each) && !each.record.renewal);
}

/** Valid until the end of what was bought, as it is after its last reissue. */
async function reissuedToTheEnd(w: World, certificate: Certificate): Promise<void> {
  const { issue } = certificate.record;
  if (!issue) throw new Error("no certificate");
  const notAfter = "2028-03-24T00:00:00.000Z";
  const record = { ...certificate.record, issue: { ...issue, notBefore: "2027-12-20T00:00:00Z", notAfter } };
  await w.certificates.save({ ...certificate, record }, w.time.now());
}

test("given up: nothing is bought for the last days, and the customer hears once, a month before, by mail, timeline and next action", async () => {
  const w = await story();
  await w.work(["notify"]);
  const second = await inItsLastYear(w, { remainder: { giveUpDays: 30 } });
  await reissuedToTheEnd(w, second);
  const planned = project(await now(w, second), w.time.now(), defaultPolicy).nextAction;
  const told: number[] = [];

  for (const day of ["2028-02-22", "2028-02-24", "2028-03-01", "2028-03-15", "2028-03-23", "2028-03-30"]) {
    setTime(w, `${day}T12:00:00Z`);
    await sweep(w, 3);
    const mails = await mailsTo(w, CUSTOMER);
    told.push(mails.filter(({ subject }) => subject.includes("before its paid term")).length);
  }

  expect(planned).toEqual({ kind: "tell-of-remainder", at: "2028-02-23" });
  expect(told).toEqual([0, 1, 1, 1, 1, 1]);
  const after = await now(w, second);
  expect(happened(after, "remainder.given-up")).toBe(1);
  expect(after.term).toBe(2);
  expect(w.enom.books.purchases()).toHaveLength(2);
  expect(project(after, new Date("2028-03-01T00:00:00Z"), defaultPolicy).nextAction).toEqual({
    kind: "ends",
    at: "2028-03-24",
  });
  expect(await dueAt(w, second)).toBeUndefined();
});

test.for([
  ["bought as a rule", {}, defaultPolicy],
  ["bought where the fewest days for a purchase are reached", { remainder: { giveUpDays: 9 } }, defaultPolicy],
  ["bought where the order says so, whatever the fleet does", { remainder: "buy" }, givingUp(30)],
] as const)("%s: the third year is bought for the last days", async ([, changes, policyFor]) => {
  const w = await story();
  const second = await inItsLastYear(w, changes);
  await reissuedToTheEnd(w, second);
  setTime(w, "2028-03-15T00:00:00Z");

  await sweep(w, 3, { policyFor, policyDigest: `other ${JSON.stringify(changes)}` });
  await takeOn(w, second.order.reference, (each) => each.term === 3 && each.certId !== null, worker(w, { policyFor }));

  expect(w.enom.books.purchases()).toHaveLength(3);
});

test("given up by the fleet's setting, which is changed under the order: nothing is bought", async () => {
  const w = await story();
  const second = await inItsLastYear(w);
  await reissuedToTheEnd(w, second);
  setTime(w, "2028-03-15T00:00:00Z");

  await sweep(w, 3, { policyFor: givingUp(30), policyDigest: "other" });

  expect((await now(w, second)).term).toBe(2);
  expect(happened(await now(w, second), "remainder.given-up")).toBe(1);
});

function givingUp(giveUpDays: number): PolicyFor {
  return () => ({ mode: "auto", beforeDays: 10, source: "default", giveUpDays });
}
