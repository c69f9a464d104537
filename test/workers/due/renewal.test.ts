// Where the customer has paid for more years than eNom sells at once, the next term is bought in time, exactly once.
import { expect, test } from "vitest";
import { type Certificate, statusOf } from "../../../src/shared/certificate/certificate.ts";
import { project } from "../../../src/shared/certificate/projection.ts";
import { sweepDue } from "../../../src/workers/due/sweep.ts";
import { advanceOrder } from "../../../src/workers/open/workflow.ts";
import type { OrderChanges } from "../../support/order.ts";
import { defaultPolicy } from "../../support/policy.ts";
import { issued, type World } from "../../support/world.ts";
import { withCode } from "../open/runs.ts";
import {
  CUSTOMER,
  DEPARTMENT,
  dayOf,
  dueAt,
  dyingRedis,
  ESSENTIAL,
  expirationDate,
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
  worker,
} from "./stories.ts";

const isRenewed = (certificate: Certificate): boolean =>
  certificate.term === 2 && certificate.record.renewal === null && issued(certificate);

/** Two years paid, one bought: the certificate was reissued in autumn and now ends with what was bought, on 2 April 2027. */
async function inItsLastMonths(w: World, changes: OrderChanges = {}): Promise<Certificate> {
  const first = await opened(w, { product: QUICKSSL, ...changes });
  await untilDue(w, first);
  await sweep(w);
  const last = await takeOn(w, first.order.reference, ({ record }) => record.reissues === 1);
  return takeOn(w, last.order.reference, issued);
}

function bought({ purchases }: Certificate): { on: string | undefined; years: number | undefined }[] {
  return purchases.map(({ at, years }) => ({ on: dayOf(new Date(at)), years }));
}

/** The department's mails about terms to buy. */
async function told(w: World) {
  return (await mailsTo(w, DEPARTMENT)).filter(({ subject }) => subject.startsWith("Next term"));
}

const TWICE = [
  { on: "2026-04-02", years: 1 },
  { on: "2027-03-23", years: 1 },
];

test("a new slot that still shows the certificate of the last term is waited for, and nothing is delivered of it", async () => {
  const w = await story();
  const last = await inItsLastMonths(w);
  const { reference } = last.order;
  await untilDue(w, last);
  await sweep(w);
  const needs = worker(w);
  const main = needs.accounts.find("main");
  if (!main) throw new Error("no account");
  const { detail } = main.enom;
  main.enom.detail = async (certId) => {
    const shown = await detail(certId);
    return certId !== last.certId && shown.certificatePem
      ? { ...shown, certificatePem: last.record.issue?.pem ?? "" }
      : shown;
  };

  const held = await takeOn(w, reference, withCode("certificate-mismatch"), needs);
  expect(held.record.attention?.message).toContain("no certificate that is newer than");
  expect(held.record.issue).toEqual(last.record.issue);
  expect(held.record.renewal).not.toBeNull();
  expect(held.record.toldSerial).toBe(last.record.issue?.serialNumber);
  expect(bought(held)).toEqual(TWICE);
});

test("the second year is bought ten days before the first one ends, once, though three sweeps and two workers meet", async () => {
  const w = await story();
  const last = await inItsLastMonths(w);
  const { reference } = last.order;
  const day = dayOf(await dueAt(w, last));
  await untilDue(w, last);

  await sweep(w, 3);
  await Promise.all([advanceOrder(reference, worker(w)), advanceOrder(reference, worker(w))]);
  const next = await takeOn(w, reference, isRenewed);
  await sweep(w, 3);

  expect([expirationDate(last), day]).toEqual(["2027-04-02", "2027-03-23"]);
  expect(bought(next)).toEqual(TWICE);
  expect(w.enom.books.purchases().map(({ years }) => years)).toEqual([1, 1]);
  expect(expirationDate(next)).toBe("2027-07-01");
  expect(project(next, w.time.now(), defaultPolicy)).toMatchObject({
    reference,
    status: "issued",
    paidUntil: "2028-04-02",
    nextAction: { kind: "reissue", at: "2027-06-21" },
  });
});

test("the certificate that is there is served until the next term's is in, and the customer gets that one", async () => {
  const w = await story();
  await w.work(["notify"]);
  const last = await inItsLastMonths(w);
  const { reference } = last.order;
  await untilDue(w, last);
  w.enom.settings.owner = "silent";

  await sweep(w);
  const between = await takeOn(w, reference, ({ term, state }) => term === 2 && state === "CONFIGURED");
  w.enom.settings.owner = "approves";
  const next = await takeOn(w, reference, isRenewed);

  expect(between.record.issue).toEqual(last.record.issue);
  expect(statusOf(between, w.time.now())).toBe("reissuing");
  const serial = next.record.issue?.serialNumber ?? "";
  expect(serial).not.toBe(last.record.issue?.serialNumber);
  expect((await mailsTo(w, CUSTOMER)).filter(({ text }) => text.includes(serial))).toHaveLength(1);
});

test("nothing is bought twice when the process dies right behind the beginning of the next term", async () => {
  const w = await story();
  const last = await inItsLastMonths(w);
  const { reference } = last.order;
  await untilDue(w, last);
  const deaths: (string | undefined)[] = [];

  for (let scripts = 0; (await now(w, last)).term === 1; scripts++) {
    const needs = worker(w);
    const dying = { ...needs, ledger: { ...needs.ledger, redis: dyingRedis(w, scripts) } };
    await sweepDue({ ...dying, certificates: notSaving(needs.certificates) }).catch((error: Error) => {
      deaths.push(error.message);
    });
    expect(scripts).toBeLessThan(20);
  }
  const dead = await now(w, last);
  await sweep(w, 3);
  const rung = await w.redis.zscore(w.keys.unfinished("open"), reference);
  const next = await takeOn(w, reference, isRenewed);

  expect(deaths).not.toHaveLength(0);
  expect(happened(dead, "renewal.started")).toBe(0);
  expect(rung).not.toBeNull();
  expect(bought(next)).toEqual(TWICE);
  expect(w.enom.books.purchases()).toHaveLength(2);
});

function notSaving<T extends { save: unknown }>(certificates: T): T {
  return { ...certificates, save: () => Promise.reject(new Error("the process died here")) };
}

test("whatever a damaged record says, the ledger begins no next term long before the one that was bought is over", async () => {
  const w = await story();
  const first = await opened(w, { product: QUICKSSL });
  const yearEarlier = first.purchases.map((each) => ({ ...each, at: "2025-04-12T12:00:00.000Z" }));
  await w.redis.hset(w.keys.certificate(first.order.reference), "purchases", JSON.stringify(yearEarlier));
  await w.redis.zadd(w.keys.due, "0", first.order.reference);

  await sweep(w, 3);
  await advanceOrder(first.order.reference, worker(w));

  const after = await now(w, first);
  expect(after).toMatchObject({ term: 1, state: "CONFIGURED" });
  expect(happened(after, "renewal.started")).toBe(0);
  expect(w.enom.books.purchases()).toHaveLength(1);
});

test("after an outage across the end of what was bought the next year is bought, and nothing is asked of the old slot", async () => {
  const w = await story();
  const first = await opened(w, { product: QUICKSSL });
  setTime(w, "2027-05-01T00:00:00Z");

  await sweep(w, 3);
  const next = await takeOn(w, first.order.reference, isRenewed);

  expect(bought(next)).toEqual([TWICE[0], { on: "2027-05-01", years: 1 }]);
  expect(w.enom.asked("CertReissueCert")).toHaveLength(0);
});

test("where eNom does not sell the product any more, a person is told, and the certificate stays as it is", async () => {
  const w = await story();
  const last = await inItsLastMonths(w);
  await untilDue(w, last);
  w.enom.settings.disabledServices.add(QUICKSSL.toLowerCase());

  await sweep(w);
  const held = await takeOn(w, last.order.reference, withCode("renewal-not-sold"));

  expect(held.record.issue).toEqual(last.record.issue);
  expect(statusOf(held, w.time.now())).not.toMatch(/failed|attention|expired/);
  expect(held.record.attention).toMatchObject({ by: last.record.issue?.notAfter });
  expect(w.enom.books.purchases()).toHaveLength(1);
});

test.for(["manual", "none"] as const)(
  "under %s nothing is bought, and the department is told once when the window opens",
  async (mode) => {
    const w = await story();
    await w.work(["notify"]);
    const last = await inItsLastMonths(w);
    const terms = { ...last.record.terms, policy: { mode, beforeDays: 10 } };
    await w.certificates.save({ ...last, record: { ...last.record, terms } }, w.time.now());
    const mails: number[] = [];

    for (const day of ["2027-03-02", "2027-03-04", "2027-03-05", "2027-04-03"]) {
      setTime(w, `${day}T00:00:00Z`);
      await sweep(w, 3);
      mails.push((await told(w)).length);
    }

    expect(mails).toEqual([0, 1, 1, 1]);
    const [mail] = await told(w);
    for (const fact of [`${last.certId}`, last.order.domain, last.order.reference, "2027-04-02", "2028-04-02"])
      expect(mail?.text).toContain(fact);
    const after = await now(w, last);
    expect(happened(after, "attention.raised")).toBe(1);
    expect(after.record.attention).toMatchObject({
      code: "renewal-due",
      who: "department",
      by: expect.stringMatching(/^2027-04-02T/),
    });
    expect(w.enom.books.purchases()).toHaveLength(1);
  },
);

test("the next year of a Comodo product begins where the last one ends: no day that was paid for is lost", async () => {
  const w = await story();
  const first = await opened(w, { product: ESSENTIAL });
  await untilDue(w, first);
  await sweep(w);
  await takeOn(w, first.order.reference, ({ record }) => record.reissue?.state === "asked");
  await w.enom.support.reissue(first.certId ?? 0);
  const last = await takeOn(w, first.order.reference, ({ record }) => record.reissues === 1 && record.reissue === null);
  await takeOn(w, first.order.reference, issued);
  await untilDue(w, await now(w, last));

  await sweep(w, 3);
  const next = await takeOn(w, first.order.reference, isRenewed);

  expect(bought(next)).toEqual(TWICE);
  expect(w.enom.books.slots().map(({ endsAt }) => endsAt.slice(0, 10))).toEqual(["2027-04-02", "2028-04-02"]);
});
