// Where eNom's API does not reissue, a person is asked in time, reminded, and the new certificate is taken in by itself.
import { expect, test } from "vitest";
import { DAY_MS } from "../../../src/shared/base/dates.ts";
import { type Certificate, statusOf } from "../../../src/shared/certificate/certificate.ts";
import type { Lane } from "../../../src/shared/certificate/products.ts";
import type { OrderNeeds } from "../../../src/workers/order/needs.ts";
import { makeCsr } from "../../support/csr.ts";
import type { World } from "../../support/world.ts";
import {
  CUSTOMER,
  DEPARTMENT,
  daysBeforeEnd,
  ESSENTIAL,
  happened,
  mailsTo,
  now,
  opened,
  story,
  sweep,
  takeOn,
  untilDue,
  worker,
} from "./stories.ts";

const isAsked = ({ record }: Certificate): boolean => record.reissue?.state === "asked";
const isReissued = ({ record }: Certificate): boolean => record.reissues === 1;
const NO = {
  kind: "error",
  texts: ["Reissue is not offered"],
  codes: [{ number: "706397", string: "Policy error" }],
} as const;

function laneIs(lane: Lane): Pick<OrderNeeds, "productFor"> {
  return { productFor: () => ({ reissue: lane, terms: [1] }) };
}

/** The department's mails about this certificate, without its lists of all that is open. */
async function asks(w: World) {
  return (await mailsTo(w, DEPARTMENT)).filter(({ subject }) => subject.includes("CertID"));
}

/** A Comodo certificate whose reissue is due, and was asked of the department. */
async function asked(w: World): Promise<Certificate> {
  const first = await opened(w, { product: ESSENTIAL, years: 1 });
  await untilDue(w, first);
  await sweep(w);
  return takeOn(w, first.order.reference, isAsked);
}

/** How many mails the department has had so many days before the certificate's end, however often the order is looked at. */
async function mailsAt(w: World, certificate: Certificate, days: number): Promise<number> {
  daysBeforeEnd(w, certificate, days);
  for (let look = 0; look < 3; look++) await takeOn(w, certificate.order.reference, () => true);
  return (await asks(w)).length;
}

test.for([
  ["a ticket to eNom, as for every Comodo product", { product: ESSENTIAL }, undefined, "Open a support ticket", 0],
  ["the portal, by configuration", {}, laneIs("portal"), "certificate authority's own portal", 0],
  ["the portal, because eNom's API refused", {}, undefined, "Reissue is not offered", 1],
  ["a ticket, because eNom's API refused", { product: ESSENTIAL }, laneIs("api"), "Open a support ticket", 1],
] as const)(
  "the department is told once what to do by %s, with all that it takes",
  async ([, changes, configured, words, sent]) => {
    const w = await story();
    await w.work(["notify"]);
    w.enom.fault("CertReissueCert", NO);
    const first = await opened(w, { ...changes, years: 1 });
    await untilDue(w, first);

    await sweep(w, 3);
    const waiting = await takeOn(w, first.order.reference, isAsked, worker(w, configured));
    for (let look = 0; look < 3; look++) await takeOn(w, first.order.reference, () => true, worker(w, configured));

    const mails = await asks(w);
    expect(mails).toHaveLength(1);
    const { csr, domain, reference } = first.order;
    for (const fact of [`${first.certId}`, domain, reference, "2026-10-19", csr.trim().split("\n")[1] ?? "?", words])
      expect(mails[0]?.text).toContain(fact);
    expect(waiting.record.attention).toMatchObject({
      code: "reissue-by-hand",
      who: "department",
      by: first.record.issue?.notAfter,
    });
    expect(statusOf(waiting, w.time.now())).toBe("reissuing");
    expect(waiting.record.issue).toEqual(first.record.issue);
    expect(w.enom.asked("CertReissueCert")).toHaveLength(sent);
  },
);

test("a department that does nothing is reminded once at half of the time, and alarmed once before the end", async () => {
  const w = await story();
  await w.work(["notify"]);
  const waiting = await asked(w);
  const left = (part: number): number => {
    const ends = new Date(waiting.record.issue?.notAfter ?? 0).getTime();
    return ((ends - new Date(waiting.record.reissue?.requestedAt ?? 0).getTime()) * part) / 86_400_000;
  };

  const mails: number[] = [];
  for (const part of [0.6, 0.49, 0.2, 0.09, 0.01]) mails.push(await mailsAt(w, waiting, left(part)));

  expect(mails).toEqual([1, 2, 2, 3, 3]);
  const after = await now(w, waiting);
  expect(["reissue.asked", "reissue.reminder", "reissue.escalation"].map((event) => happened(after, event))).toEqual([
    1, 1, 1,
  ]);
  const subjects = (await asks(w)).map(({ subject }) => subject.split(/[ :]/)[0]);
  expect(subjects).toEqual(["Please", "Reminder", "Urgent"]);
});

test("the department hears of nothing else while it has the reissue in hand, however long the owner takes to approve it", async () => {
  const w = await story();
  await w.work(["notify"]);
  const waiting = await asked(w);
  const pendingSince = w.time.now().toISOString();
  const validation = { ...waiting.record.validation, pendingSince, asked: 1, askedAt: pendingSince };
  await w.certificates.save({ ...waiting, record: { ...waiting.record, validation } }, w.time.now());
  const before = (await mailsTo(w, DEPARTMENT)).length;

  for (let day = 1; day <= 8; day++) await w.time.pass(DAY_MS);
  for (let day = 1; day <= 3; day++) {
    await takeOn(w, waiting.order.reference, () => true);
    w.time.jump(DAY_MS);
  }

  const since = (await mailsTo(w, DEPARTMENT)).slice(before).map(({ subject }) => subject.split(/[ :]/)[0]);
  expect(since.filter((word) => word !== "Reminder" && word !== "Urgent")).toEqual([]);
  expect((await now(w, waiting)).record.attention?.code).toBe("reissue-by-hand");
});

test("where nobody looked until shortly before the end, the department gets the alarm and no reminder behind it", async () => {
  const w = await story();
  await w.work(["notify"]);
  const waiting = await asked(w);

  const mails = [await mailsAt(w, waiting, 0.5), await mailsAt(w, waiting, 0.1)];

  expect(mails).toEqual([2, 2]);
  const first = (await asks(w)).map(({ subject }) => subject.split(/[ :]/)[0]);
  expect(first.sort()).toEqual(["Please", "Urgent"]);
});

test("what eNom's support reissued is taken in by itself, and the customer gets it", async () => {
  const w = await story();
  await w.work(["notify"]);
  const waiting = await asked(w);

  await w.enom.support.reissue(waiting.certId ?? 0);
  const next = await takeOn(w, waiting.order.reference, isReissued);

  const serial = next.record.issue?.serialNumber ?? "";
  expect(serial).not.toBe(waiting.record.issue?.serialNumber);
  expect(next.record).toMatchObject({ attention: null, reissue: null });
  expect(statusOf(next, w.time.now())).toBe("issued");
  expect((await mailsTo(w, CUSTOMER)).filter(({ text }) => text.includes(serial))).toHaveLength(1);
  expect(w.enom.books.purchases()).toHaveLength(1);
});

test("a certificate that somebody had reissued for another key is not taken for ours", async () => {
  const w = await story();
  const waiting = await asked(w);

  await w.enom.support.reissue(waiting.certId ?? 0, {
    csr: await makeCsr({ cn: waiting.order.domain, key: "rsa2048" }),
  });
  const held = await takeOn(
    w,
    waiting.order.reference,
    ({ record }) => record.attention?.code === "certificate-mismatch",
  );

  expect(held.record.issue).toEqual(waiting.record.issue);
});

test("the customer's certificate counts as expired when nobody did anything until its end", async () => {
  const w = await story();
  await w.work(["notify"]);
  const waiting = await asked(w);

  await mailsAt(w, waiting, -1);
  const after = await now(w, waiting);

  expect(statusOf(after, w.time.now())).toBe("expired");
  expect(after.record.attention).toMatchObject({ code: "reissue-by-hand" });
});
