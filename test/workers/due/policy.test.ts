// What each policy does for a certificate that comes to its end, and that a change of policy counts from then on.

import { expect, test } from "vitest";
import { requestReissue } from "../../../src/shared/certificate/changes/reissue-request.ts";
import { certificateStore } from "../../../src/shared/certificate/store.ts";
import type { PolicyFor } from "../../../src/shared/subscription/policy.ts";
import type { OrderNeeds } from "../../../src/workers/order/needs.ts";
import { ledgerOf } from "../../support/needs.ts";
import type { World } from "../../support/world.ts";
import {
  CUSTOMER,
  DEPARTMENT,
  dayOf,
  daysBeforeEnd,
  dueAt,
  dyingRedis,
  happened,
  mailsTo,
  now,
  opened,
  setTime,
  story,
  sweep,
  takeOn,
} from "./stories.ts";

const manual = { mode: "manual", beforeDays: 10 } as const;
const none = { mode: "none", beforeDays: 10 } as const;

/** Subjects of the customer's mails about the end of a certificate. */
async function told(w: World): Promise<string[]> {
  return (await mailsTo(w, CUSTOMER)).map(({ subject }) => subject).filter((subject) => subject.includes("ends on"));
}

test("under manual the customer is told ten days before the end, and again three days and one day before it", async () => {
  const w = await story();
  await w.work(["notify"]);
  const first = await opened(w, { policy: manual });

  const mails: number[] = [];
  for (const days of [11, 9.9, 9, 4, 2.9, 2, 0.9, 0.1]) {
    daysBeforeEnd(w, first, days);
    await sweep(w, 3);
    mails.push((await told(w)).length);
  }

  expect(mails).toEqual([0, 1, 1, 1, 2, 2, 3, 3]);
  expect(await dueAt(w, first)).toBeUndefined();
  expect(w.enom.asked("CertReissueCert")).toHaveLength(0);
});

test("a customer who should have been told twice while nobody looked is told once", async () => {
  const w = await story();
  await w.work(["notify"]);
  const first = await opened(w, { policy: manual });

  daysBeforeEnd(w, first, 2);
  await sweep(w);
  await sweep(w);
  const mails = await told(w);
  daysBeforeEnd(w, first, 0.5);
  await sweep(w);

  expect(mails).toHaveLength(1);
  expect(await told(w)).toHaveLength(2);
});

test("a customer who had the certificate reissued hears no more of the old one's end", async () => {
  const w = await story();
  await w.work(["notify"]);
  const first = await opened(w, { policy: manual });
  daysBeforeEnd(w, first, 9.9);
  await sweep(w);

  const answer = await requestReissue(await now(w, first), { id: "api:1", who: "the customer" }, w.time.now());
  if (answer.kind !== "requested") throw new Error(answer.kind);
  await w.certificates.save(answer.certificate, w.time.now());
  await takeOn(w, first.order.reference, ({ record }) => record.reissues === 1);
  for (const days of [2.9, 0.9]) {
    daysBeforeEnd(w, first, days);
    await sweep(w);
  }

  expect(await told(w)).toHaveLength(1);
});

test("under none nobody is told and nothing is reissued", async () => {
  const w = await story();
  await w.work(["notify"]);
  const first = await opened(w, { policy: none });
  const asked = w.enom.asked().length;

  for (const days of [9.9, 0.9, -1]) {
    daysBeforeEnd(w, first, days);
    await sweep(w);
  }

  expect(await told(w)).toEqual([]);
  expect(await mailsTo(w, DEPARTMENT)).toEqual([]);
  expect(w.enom.asked()).toHaveLength(asked);
});

test("a policy that is changed for one certificate counts at once", async () => {
  const w = await story();
  const first = await opened(w);
  const days: (string | undefined)[] = [dayOf(await dueAt(w, first))];

  for (const policy of [{ mode: "auto", beforeDays: 30 }, { mode: "manual", beforeDays: 20 }, none] as const) {
    const certificate = await now(w, first);
    const terms = { ...certificate.record.terms, policy };
    await w.certificates.save({ ...certificate, record: { ...certificate.record, terms } }, w.time.now());
    days.push(dayOf(await dueAt(w, first)));
  }

  expect(days).toEqual(["2026-10-09", "2026-09-19", "2026-09-29", undefined]);
});

/** A process whose configuration was changed. */
function configured(w: World, beforeDays: number, redis = w.redis): Partial<OrderNeeds> {
  const policyFor: PolicyFor = () => ({ mode: "auto", beforeDays, source: "config" });
  const certificates = certificateStore(redis, w.keys, policyFor);
  return { certificates, policyFor, policyDigest: `${beforeDays} days` };
}

test("a policy that is changed in the configuration counts for every certificate that names none of its own", async () => {
  const w = await story();
  const [plain, own] = await Promise.all([opened(w), opened(w, { policy: { mode: "auto", beforeDays: 5 } })]);
  await sweep(w);

  await sweep(w, 1, configured(w, 30));
  const later = [dayOf(await dueAt(w, plain)), dayOf(await dueAt(w, own))];
  setTime(w, "2026-09-20T00:00:00Z");
  await sweep(w, 3, configured(w, 30));

  expect(later).toEqual(["2026-09-19", "2026-10-14"]);
  expect(happened(await now(w, plain), "reissue.requested")).toBe(1);
  expect(happened(await now(w, own), "reissue.requested")).toBe(0);
});

test("a change of policy that was interrupted half-way is made whole by the next look", async () => {
  const w = await story();
  const all = await Promise.all([opened(w), opened(w), opened(w)]);
  await sweep(w);
  const dying = dyingRedis(w, 1);

  const death = sweep(w, 1, { ...configured(w, 30, dying), ledger: ledgerOf(w, { redis: dying }) });
  await expect(death).rejects.toThrow("died");
  const between = await Promise.all(all.map((each) => dueAt(w, each)));
  await sweep(w, 1, configured(w, 30));
  const after = await Promise.all(all.map((each) => dueAt(w, each)));

  expect(await w.redis.get(w.keys.duePolicy)).toBe("30 days 2");
  expect(between.map(dayOf).sort()).toEqual(["2026-09-19", "2026-10-09", "2026-10-09"]);
  expect(after.map(dayOf)).toEqual(["2026-09-19", "2026-09-19", "2026-09-19"]);
});

test("a record that cannot be read does not keep the others from their new times", async () => {
  const w = await story();
  const [broken, whole] = await Promise.all([opened(w), opened(w)]);
  await w.redis.hset(w.keys.certificate(broken.order.reference), "record", "{");

  await sweep(w, 1, configured(w, 30));

  expect(dayOf(await dueAt(w, whole))).toBe("2026-09-19");
});
