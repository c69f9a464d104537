// Stories about the events of an order: each change is told once, in order, by the script that makes it.
import fc from "fast-check";
import { expect, test } from "vitest";
import { raiseFor } from "../../../src/shared/certificate/certificate.ts";
import { moveEnded } from "../../../src/shared/certificate/lists/ended.ts";
import { eraseFrom } from "../../../src/shared/certificate/personal/erase.ts";
import { type CertificateRecord, withEvent, withPastEvent } from "../../../src/shared/certificate/record.ts";
import { overNewest } from "../../../src/shared/certificate/save-race.ts";
import type { TimelineEvent } from "../../../src/shared/certificate/timeline-events.ts";
import { eventTypes } from "../../../src/shared/events/event-types.ts";
import { BEFORE_ALL, readEvents } from "../../../src/shared/events/read.ts";
import { contact } from "../../support/order.ts";
import { type World, world } from "../../support/world.ts";

async function found(w: World, reference: string) {
  const certificate = await w.certificates.find(reference);
  if (!certificate) throw new Error(`no order ${reference}`);
  return certificate;
}

async function told(w: World) {
  return (await readEvents(w.redis, w.keys, BEFORE_ALL, 10_000)).events;
}

test("an order that is accepted and changed tells of both, once, whoever sends it again", async () => {
  const w = await world();
  const reference = await w.accept({});
  const accepted = await found(w, reference);
  await w.certificates.accept(accepted.order, w.time.now());
  const changed = { ...accepted, record: withEvent(accepted.record, w.time.now(), "certificate.changed", "by ada") };
  const saved = await w.certificates.save(changed, w.time.now());
  await w.certificates.save(saved, w.time.now());

  const events = await told(w);

  expect(events.map(({ type, subject, data }) => [type, subject, data.reference])).toEqual([
    ["certificate.ordered", `certificate/${reference}`, reference],
    ["certificate.changed", `certificate/${reference}`, reference],
  ]);
  expect(JSON.stringify(events)).not.toContain("ada");
});

/** What may happen to a record, and which event it is; null: none. */
const happenings: Readonly<Record<string, { event: TimelineEvent; told: string | null }>> = {
  changed: { event: "certificate.changed", told: "certificate.changed" },
  planned: { event: "certificate.planned", told: "certificate.planned" },
  mailed: { event: "mail.requested", told: "mail.requested" },
  cleared: { event: "attention.cleared", told: "certificate.attention-cleared" },
  sending: { event: "reissue.sending", told: null },
  seen: { event: "validation.seen", told: "certificate.validation-seen" },
};

test("whatever is done to an order, by whichever of two processes, each change is told once and in its order", async () => {
  const w = await world();
  const name = fc.constantFrom(...Object.keys(happenings));
  /** A save of one to three happenings, perhaps over a version that is gone, perhaps of a record that was written anew in between. */
  const save = fc.record({
    names: fc.array(name, { minLength: 1, maxLength: 3 }),
    isStale: fc.boolean(),
    isCopied: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(save, { minLength: 1, maxLength: 8 }), async (saves) => {
      const reference = await w.accept({});
      const expected = ["certificate.ordered"];
      for (const { names, isStale, isCopied } of saves) {
        const read = await found(w, reference);
        if (isStale) await w.certificates.save(read, w.time.now());
        const copied = isCopied ? (structuredClone(read.record) as CertificateRecord) : read.record;
        const record = names.reduce(
          (so, each) => withEvent(so, w.time.now(), happenings[each]?.event ?? "certificate.changed", "x to y"),
          copied,
        );
        const saved = await w.certificates.save({ ...read, record }, w.time.now()).catch(() => undefined);
        if (saved) expected.push(...names.flatMap((each) => happenings[each]?.told ?? []));
        expect(saved === undefined).toBe(isStale);
      }
      const events = (await told(w)).filter(({ data }) => data.reference === reference);
      expect(events.map(({ type }) => type)).toEqual(expected);
      for (const { type, data } of events) expect(eventTypes[type].data.parse(data)).toEqual(data);
    }),
    { numRuns: 25 },
  );
});

test("an event that is put into the past of a timeline is told now, and no other one again", async () => {
  const w = await world();
  const reference = await w.accept({});
  const read = await found(w, reference);
  const planned = { ...read, record: withEvent(read.record, w.time.now(), "certificate.planned") };
  const saved = await w.certificates.save(planned, w.time.now());
  const entry = {
    at: read.acceptedAt.toISOString(),
    event: "mail.refused" as const,
    detail: "order-accepted to ada@example.com: no",
  };
  await w.certificates.save({ ...saved, record: withPastEvent(saved.record, entry) }, w.time.now());

  const events = await told(w);

  expect(events.map(({ type }) => type)).toEqual(["certificate.ordered", "certificate.planned", "mail.failed"]);
  expect(events.at(-1)?.data).toEqual({ reference, account: null, template: "order-accepted" });
});

test("what the owner has to do and what a person has to do are told with what is needed to act, and without anybody's words", async () => {
  const w = await world();
  const reference = await w.accept({});
  const read = await found(w, reference);
  const attention = raiseFor(read, "approver-not-offered", "ada@private.example is not offered", w.time.now());
  const record: CertificateRecord = {
    ...withEvent(read.record, w.time.now(), "attention.raised", attention.message),
    ...{ attention, instructed: true },
    validation: {
      ...read.record.validation,
      dns: { name: "_dnsauth.shop.example.com", type: "TXT", value: "k3" },
      pendingSince: w.time.now().toISOString(),
    },
  };
  await w.certificates.save({ ...read, record }, w.time.now());

  const [, raised, required, ...none] = await told(w);

  expect(none).toEqual([]);
  expect(raised).toMatchObject({
    type: "certificate.attention",
    data: { reference, status: "attention", attention: { code: "approver-not-offered", next: attention.next } },
  });
  expect(required).toMatchObject({
    type: "certificate.validation-required",
    data: { validation: { dns: { value: "k3" }, file: null, found: null } },
  });
  expect(JSON.stringify([raised, required])).not.toContain("private");
});

test("the end of a certificate is told once, whether somebody saves it, lists are looked at, or both", async () => {
  const w = await world();
  const lists = { redis: w.redis, keys: w.keys };
  const [saved, listed] = [await w.accept({}), await w.accept({})];
  const notAfter = w.time.now().toISOString();
  for (const reference of [saved, listed]) {
    const read = await found(w, reference);
    const issue = { serialNumber: "AB", notBefore: notAfter, notAfter, pem: "", csrHash: "" };
    await w.certificates.save({ ...read, record: { ...read.record, issue } }, w.time.now());
  }
  const later = new Date(w.time.now().getTime() + 1_000);
  const touch = async (reference: string) => w.certificates.save(await found(w, reference), later);

  await touch(saved);
  await moveEnded(lists, later, 10);
  await Promise.all(
    [touch(saved), touch(listed), moveEnded(lists, later, 10)].map((each) => each.catch(() => undefined)),
  );

  const ended = (await told(w)).filter(({ type }) => type === "certificate.expired");
  expect(ended.map(({ data }) => data.reference).sort()).toEqual([saved, listed].sort());
  for (const { data } of ended)
    expect(eventTypes["certificate.expired"].data.parse(data)).toMatchObject({ status: "expired", serialNumber: "AB" });
  const [one, other] = ended.map(({ data: { reference: _, ...rest } }) => rest);
  expect(one).toEqual(other);
});

test("nothing of a person is in the stream, before it is erased and afterwards", async () => {
  const w = await world();
  const email = "greta.garbo@garbo-films.example";
  const reference = await w.accept({
    customer: { email, name: "Greta Garbo", language: "en" },
    contacts: { admin: { ...contact, firstName: "Greta", lastName: "Garbo", email } },
    tenant: "garbo-films",
  });
  await overNewest(async () => {
    const read = await found(w, reference);
    const failure = { code: "cancelled", message: `for ${email}` };
    const record = withEvent({ ...read.record, failure }, w.time.now(), "certificate.failed", `for ${email}`);
    await w.redis.hset(w.keys.certificate(reference), "state", "REFUSED");
    await w.certificates.save({ ...read, state: "REFUSED", record }, w.time.now());
  });
  const certificate = await found(w, reference);
  const needs = { redis: w.redis, keys: w.keys, now: w.time.now(), waits: false };
  expect(await eraseFrom({ certificate, parts: ["customer"] }, email, needs)).toBeUndefined();

  const events = await told(w);

  expect(events.map(({ type }) => type)).toEqual(["certificate.ordered", "certificate.failed", "certificate.erased"]);
  expect(JSON.stringify(events)).not.toMatch(/garbo|greta/i);
});

test("the next term is told even where the process that began it died before it saved the record", async () => {
  const w = await world();
  const reference = await w.accept({});
  await w.redis.hset(w.keys.certificate(reference), { term: 2, renewedAt: w.time.now().getTime() });
  const saved = await w.certificates.save(await found(w, reference), w.time.now());
  await w.certificates.save(saved, w.time.now());

  expect((await told(w)).map(({ type }) => type)).toEqual(["certificate.ordered", "certificate.renewing"]);
});
