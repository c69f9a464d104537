// Nothing begins that nobody could validate: no purchase, no next term, no reissue, and no mail that asks the impossible.
import { expect, test } from "vitest";
import { DAY_MS } from "../../../src/shared/base/dates.ts";
import type { Certificate } from "../../../src/shared/certificate/certificate.ts";
import { agreeOnMethod } from "../../../src/shared/certificate/operator-request.ts";
import type { Approver } from "../../../src/shared/certificate/order.ts";
import { advanceOrder } from "../../../src/workers/open/workflow.ts";
import { reissueCertificate } from "../../../src/workers/reissue/reissue.ts";
import { issued, type World } from "../../support/world.ts";
import {
  CUSTOMER,
  DEPARTMENT,
  dueAt,
  ESSENTIAL,
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

const WILDCARD = "Certificate-RapidSSL-RapidSSL-Wildcard";
const MAILBOX = { method: "email", email: "admin@example.com" } as const;
const isNeeded = ({ record }: Certificate): boolean => record.attention?.code === "validation-needed";

/** As PUT /v1/certificates/REF/validation-method does. */
async function agree(w: World, reference: string, approver: Approver): Promise<void> {
  const certificate = await w.certificates.find(reference);
  if (!certificate) throw new Error("no order");
  const made = agreeOnMethod(certificate, approver, { who: "ops", now: w.time.now() });
  if (!("certificate" in made)) throw new Error(JSON.stringify(made));
  await w.certificates.save(made.certificate, w.time.now());
}

/** Mails that ask the domain's owner to act. */
async function asksOfOwner(w: World): Promise<number> {
  return (await mailsTo(w, CUSTOMER)).filter(({ subject }) => /confirm your domain|Reminder/i.test(subject)).length;
}

/** Kept as an order of long ago, and taken on first at this time. */
async function lateOrder(w: World, at: string, changes: Parameters<World["accept"]>[0] = {}): Promise<string> {
  setTime(w, at);
  return w.accept(changes);
}

test.for([
  ["a wildcard", { product: WILDCARD, cn: "*.example.com" }],
  ["a Comodo product", { product: ESSENTIAL }],
  ["a product with other methods", {}],
  ["an OV product", { product: "Certificate-GeoTrust-TrueBizID" }],
  ["an EV product", { product: "Certificate-Comodo-EV" }],
] as const)("a first purchase of %s waits when e-mail is over, and nothing is spent", async ([, changes]) => {
  const w = await story();
  const reference = await lateOrder(w, "2028-03-15T00:00:00Z", changes);

  const held = await takeOn(w, reference, isNeeded);

  expect(w.enom.asked("PurchaseServices")).toHaveLength(0);
  expect(held).toMatchObject({ state: "APPROVED", purchases: [], certId: null });
});

test("what is bought in the last day could not be approved in time: it waits, and the day before it does not", async () => {
  const w = await story();
  const early = await lateOrder(w, "2028-03-13T23:00:00Z", { cn: "www.example.net" });
  await takeOn(w, early, issued);

  const late = await lateOrder(w, "2028-03-14T00:00:01Z", { cn: "www.example.org" });
  await takeOn(w, late, isNeeded);

  expect(w.enom.books.purchases()).toHaveLength(1);
});

test("an order that waits goes on by itself when another way is agreed, and is validated by it", async () => {
  const w = await story();
  await w.work(["notify"]);
  const reference = await lateOrder(w, "2028-04-01T00:00:00Z");
  const held = await takeOn(w, reference, isNeeded);
  await agree(w, reference, { method: "dns" });

  const certificate = await takeOn(w, reference, issued);

  expect(held.record.attention?.next).toContain(`certfleet certificate validation-method ${reference} --method dns`);
  expect(certificate.record).toMatchObject({
    attention: null,
    agreedMethod: null,
    terms: { approver: { method: "dns" } },
    validation: { last: { method: "dns" } },
  });
  expect(happened(certificate, "validation.agreed")).toBe(1);
  expect(w.enom.books.purchases()).toHaveLength(1);
});

test("where the product offers nothing else, nobody is told to agree on a method that there is not", async () => {
  const w = await story();
  await w.work(["notify"]);
  const reference = await lateOrder(w, "2028-04-01T00:00:00Z", { product: WILDCARD, cn: "*.example.com" });

  const held = await takeOn(w, reference, isNeeded);
  for (let day = 0; day < 40; day++) {
    w.time.jump(DAY_MS);
    await advanceOrder(reference, worker(w));
  }

  const { message, next } = (await now(w, held)).record.attention ?? {};
  expect(message).toContain("offers no other method");
  expect(next).not.toContain("validation-method");
  expect((await now(w, held)).record.attention?.code).toBe("validation-needed");
  expect(() => agreeOnMethod(held, { method: "dns" }, { who: "ops", now: w.time.now() })).not.toThrow();
  expect(agreeOnMethod(held, { method: "dns" }, { who: "ops", now: w.time.now() })).toMatchObject({
    faults: [{ field: "method" }],
  });
  expect((await mailsTo(w, DEPARTMENT)).filter(({ text }) => text.includes(reference))).toHaveLength(1);
  expect(await asksOfOwner(w)).toBe(0);
});

test("the next term of a wildcard by e-mail is not bought after its end, is told of once, and is forgotten with the paid term", async () => {
  const w = await story();
  await w.work(["notify"]);
  const first = await opened(w, { product: WILDCARD, cn: "*.example.com", years: 4 });
  await ended(w, first, "2028-04-02T12:00:00Z");
  setTime(w, "2028-03-24T00:00:00Z");

  await sweep(w, 3);
  const held = await now(w, first);
  for (const day of ["2028-03-25", "2028-06-01", "2029-01-01", "2030-03-30"]) {
    setTime(w, `${day}T00:00:00Z`);
    await sweep(w, 3);
    await advanceOrder(first.order.reference, worker(w));
  }
  const later = await now(w, first);
  setTime(w, "2030-04-03T00:00:00Z");
  await sweep(w, 3);

  expect(isNeeded(held)).toBe(true);
  expect(later).toMatchObject({ term: 1, state: "CONFIGURED", record: { attention: { code: "validation-needed" } } });
  expect(happened(later, "renewal.started")).toBe(0);
  expect(w.enom.books.purchases()).toHaveLength(1);
  expect((await now(w, first)).record.attention).toBeNull();
  expect(await dueAt(w, first)).toBeUndefined();
  const told = (await mailsTo(w, DEPARTMENT)).filter(({ subject }) => /validation-needed/.test(subject));
  expect(told.length).toBeLessThanOrEqual(1);
});

/** As if it had been reissued to the end of the term that was bought. */
async function ended(w: World, certificate: Certificate, notAfter: string): Promise<void> {
  const { issue } = certificate.record;
  if (!issue) throw new Error("no certificate");
  const record = { ...certificate.record, issue: { ...issue, notBefore: "2028-01-01T00:00:00Z", notAfter } };
  await w.certificates.save({ ...certificate, record }, w.time.now());
}

test("the next term goes on by itself with the sweep after another way was agreed", async () => {
  const w = await story();
  const first = await opened(w, { years: 4, approver: MAILBOX });
  await ended(w, first, "2028-04-02T12:00:00Z");
  setTime(w, "2028-03-24T00:00:00Z");
  await sweep(w);
  expect(isNeeded(await now(w, first))).toBe(true);

  await agree(w, first.order.reference, { method: "file" });
  await sweep(w, 3);
  const next = await takeOn(
    w,
    first.order.reference,
    (each) => each.term === 2 && issued(each) && !each.record.renewal,
  );

  expect(w.enom.books.purchases()).toHaveLength(2);
  expect(next.record.terms.approver).toEqual({ method: "file" });
  expect(next.record.attention).toBeNull();
});

test("a method that was agreed long before is used at the next term, and the owner is told that one", async () => {
  const w = await story();
  await w.work(["notify"]);
  const first = await opened(w, { product: QUICKSSL, approver: MAILBOX });
  await agree(w, first.order.reference, { method: "dns" });
  expect((await now(w, first)).record.terms.approver).toEqual(MAILBOX);
  setTime(w, "2027-03-25T00:00:00Z");
  w.enom.settings.owner = "silent";

  await sweep(w);
  const pending = await takeOn(w, first.order.reference, ({ record }) => record.validation.dns !== null);
  await takeOn(w, first.order.reference, ({ record }) => record.instructed);

  expect(pending.record.validation.dns?.type).toBe("TXT");
  expect(
    (await mailsTo(w, CUSTOMER)).some(({ text }) => text.includes(pending.record.validation.dns?.value ?? "?")),
  ).toBe(true);
});

test("a reissue that e-mail would have to validate is neither sent nor given to the department after its end", async () => {
  const w = await story();
  await w.work(["notify"]);
  const first = await opened(w, { product: "Certificate-GeoTrust-QuickSSL-Premium", years: 5 });
  await validFor(w, first, "2028-04-15T00:00:00Z");
  await untilDue(w, await now(w, first));
  await sweep(w);

  const held = await takeOn(w, first.order.reference, isNeeded);
  for (let week = 0; week < 8; week++) {
    w.time.jump(7 * DAY_MS);
    await reissueCertificate({ v: 1, reference: first.order.reference }, "doorbell", worker(w));
  }

  expect(held.record.reissue?.state).toBe("requested");
  expect(w.enom.asked("CertReissueCert")).toHaveLength(0);
  expect(await asksOfOwner(w)).toBe(1); // of the first certificate, in 2026
  const mails = (await mailsTo(w, DEPARTMENT)).filter(({ text }) => text.includes(first.order.reference));
  expect(mails.filter(({ subject }) => subject.includes("CertID"))).toHaveLength(0);
});

/** Reissued meanwhile, so that it is valid until then. */
async function validFor(w: World, certificate: Certificate, notAfter: string): Promise<void> {
  const { issue } = certificate.record;
  if (!issue) throw new Error("no certificate");
  const record = { ...certificate.record, issue: { ...issue, notBefore: "2028-01-06T00:00:00Z", notAfter } };
  await w.certificates.save({ ...certificate, record }, w.time.now());
}

test("a reissue by another method than the slot's is done by hand for its true cause, and the owner hears when it is begun", async () => {
  const w = await story();
  await w.work(["notify"]);
  const first = await opened(w, { product: "Certificate-GeoTrust-QuickSSL-Premium", years: 5 });
  await validFor(w, first, "2028-04-15T00:00:00Z");
  await untilDue(w, await now(w, first));
  await sweep(w);
  await takeOn(w, first.order.reference, isNeeded);
  const before = await asksOfOwner(w);
  w.enom.settings.owner = "silent";

  await agree(w, first.order.reference, { method: "dns" });
  const asked = await takeOn(w, first.order.reference, ({ record }) => record.reissue?.state === "asked");
  for (let look = 0; look < 3; look++) await takeOn(w, first.order.reference, () => true);

  const [mail] = (await mailsTo(w, DEPARTMENT)).filter(({ subject }) => subject.includes("CertID"));
  expect(mail?.text.replace(/\s+/g, " ")).toContain("proves the domain by dns from now on");
  expect(mail?.text).not.toContain("refused");
  expect(asked.record.attention?.message).toContain("was not asked");
  expect(asked.record.validation.pendingSince).toBeNull();
  expect(await asksOfOwner(w)).toBe(before);
  expect(w.enom.asked("CertReissueCert")).toHaveLength(0);
});

test("in the ticket lane the owner is asked only when the department did its part, and what came meanwhile counts as validated", async () => {
  const w = await story();
  await w.work(["notify"]);
  const first = await opened(w, { product: ESSENTIAL, years: 1, approver: MAILBOX });
  await forget(w, first);
  await untilDue(w, first);
  w.enom.settings.owner = "silent";
  await sweep(w);
  const asked = await takeOn(w, first.order.reference, ({ record }) => record.reissue?.state === "asked");
  for (let look = 0; look < 3; look++) await takeOn(w, first.order.reference, () => true);
  const before = await asksOfOwner(w);

  await w.enom.support.reissue(first.certId ?? 0);
  const begun = await takeOn(
    w,
    first.order.reference,
    ({ record }) => record.reissue?.isBegun === true && record.instructed,
  );
  const during = await asksOfOwner(w);
  await w.enom.owner.approve(first.certId ?? 0);
  const done = await takeOn(w, first.order.reference, ({ record }) => record.reissues === 1);

  expect(asked.record.validation.pendingSince).toBeNull();
  expect([before, during]).toEqual([1, 2]);
  expect(begun.record.validation.pendingSince).not.toBeNull();
  expect(done.record.validation.last?.at).not.toBe(first.record.validation.last?.at);
});

/** Validated too long ago to be used again. */
async function forget(w: World, certificate: Certificate): Promise<void> {
  const last = { method: "email" as const, at: "2024-01-01T00:00:00.000Z" };
  const validation = { ...certificate.record.validation, last };
  await w.redis.del(w.keys.validations(certificate.order.domain));
  await w.certificates.save({ ...certificate, record: { ...certificate.record, validation } }, w.time.now());
}

test("what is at the CA when e-mail ends asks the owner no more, and is sent again by what was agreed, with the same money", async () => {
  const w = await story();
  await w.work(["notify"]);
  w.enom.settings.owner = "silent";
  const reference = await lateOrder(w, "2028-03-10T00:00:00Z");
  await takeOn(w, reference, ({ record }) => record.instructed && record.submittedAt !== null);
  const before = await asksOfOwner(w);
  setTime(w, "2028-03-20T00:00:00Z");

  const held = await takeOn(w, reference, ({ record }) => record.attention?.code === "email-validation-ended");
  const after = await asksOfOwner(w);
  await agree(w, reference, { method: "dns" });
  w.enom.settings.owner = "approves";
  const certificate = await takeOn(w, reference, issued);

  expect([before, after]).toEqual([1, 1]);
  expect(held.record.attention?.next).toContain("validation-method");
  expect(certificate.record).toMatchObject({ attention: null, validation: { last: { method: "dns" } } });
  expect(w.enom.books.purchases()).toHaveLength(1);
  expect(w.enom.asked("CertModifyOrder")).toHaveLength(1);
});

test("an owner who is awaited for a reissue is not reminded any more once the certificate has ended", async () => {
  const w = await story();
  await w.work(["notify"]);
  const first = await opened(w, { years: 2, approver: { method: "dns" } });
  await forget(w, first);
  await untilDue(w, first);
  w.enom.settings.owner = "silent";
  await sweep(w);
  await takeOn(w, first.order.reference, ({ record }) => record.reissue?.state === "sent" && record.instructed);
  const asks: number[] = [];

  for (const day of ["2026-10-12", "2026-10-18", "2026-10-20", "2026-11-15", "2027-02-01"]) {
    setTime(w, `${day}T12:00:00Z`);
    for (let look = 0; look < 3; look++) await takeOn(w, first.order.reference, () => true);
    asks.push(await asksOfOwner(w));
  }

  expect(asks[1]).toBeGreaterThan(asks[0] ?? 0);
  expect(asks.slice(2)).toEqual([asks[1], asks[1], asks[1]]);
});
