// Stories about orders that ended long ago: their customers are taken out, where the operator set a time for it.
import { expect, test } from "vitest";
import { eraseEnded } from "../../../src/workers/due/retention.ts";
import { now, opened, setTime, story, worker } from "./stories.ts";

const KEEP = { pollSeconds: 0.1, validationDays: 7, rebuyBudget: 0, keepEndedDays: 365 };

test("The customer of a certificate that ended a year ago is taken out; before that day, and without the setting, not.", async () => {
  const w = await story();
  const first = await opened(w);
  setTime(w, "2029-04-01T00:00:00Z");
  expect(await eraseEnded(worker(w))).toBe(0);
  expect(await eraseEnded(worker(w, { timings: KEEP }))).toBe(0);
  expect((await now(w, first)).order.customer).toEqual(first.order.customer);

  setTime(w, "2029-04-03T00:00:00Z");
  expect(await eraseEnded(worker(w, { timings: KEEP }))).toBe(1);
  expect(await eraseEnded(worker(w, { timings: KEEP }))).toBe(0);

  const { order, record, purchases } = await now(w, first);
  expect([order.customer.email, order.csr]).toEqual(["erased@erased.invalid", ""]);
  expect(record.erasedAt).toMatch(/^2029-04-03T00:00/);
  expect(record.issue?.serialNumber).toBe(first.record.issue?.serialNumber);
  expect(purchases).toEqual(first.purchases);
});

test("A certificate that is paid for keeps its customer, however long its issue has ended.", async () => {
  const w = await story();
  const first = await opened(w, { years: 3 });
  setTime(w, "2028-12-01T00:00:00Z");

  expect(await eraseEnded(worker(w, { timings: { ...KEEP, keepEndedDays: 30 } }))).toBe(0);
  expect((await now(w, first)).order.customer).toEqual(first.order.customer);
});
