// A paid order can be corrected until its certificate is issued: another CSR and name in the same slot, for the same money.
import { expect, test } from "vitest";
import { refusal } from "../../../src/sandbox/enom/wire/refusals.ts";
import { DAY_MS } from "../../../src/shared/base/dates.ts";
import { requestCsr } from "../../../src/shared/certificate/changes/csr-correction.ts";
import type { Approver } from "../../../src/shared/certificate/order.ts";
import { advanceOrder } from "../../../src/workers/open/workflow.ts";
import { makeCsr } from "../../support/csr.ts";
import { orderNeeds } from "../../support/needs.ts";
import type { OrderChanges } from "../../support/order.ts";
import { SETTLE_MS } from "../../support/time.ts";
import { issued, type World, world } from "../../support/world.ts";
import { drive, dying, get, leftSending, parked, withCode } from "./runs.ts";

async function correct(w: World, reference: string, cn: string, approver?: Approver) {
  return request(w, reference, { csr: await makeCsr({ cn }), ...(approver && { approver }) });
}

async function request(w: World, reference: string, what: { csr: string; approver?: Approver }) {
  const change = { ...what, reason: "typo in the name", who: "ops" };
  const answer = await requestCsr(await get(w, reference), change, new Date("2026-11-22T12:00:00Z"));
  if (answer.kind === "requested") await w.certificates.save(answer.certificate, new Date());
  return answer;
}

/** An order for a name that nobody meant. */
function mistyped(w: World, changes: OrderChanges = {}): Promise<string> {
  const approver = { method: "email" as const, email: "admin@example.com" };
  return w.accept({ cn: "shpo.example.com", approver, ...changes });
}

/** What eNom shows of a slot from now on, whoever put it there. */
function putCsr(w: World, certId: number, { csr, domain }: { csr: string; domain: string }): void {
  const slot = w.enom.books.findSlot(certId);
  if (!slot) throw new Error("no slot");
  const before = slot.configuration ?? { webServerType: 18, contacts: {} };
  w.enom.books.put({ ...slot, configuration: { ...before, csr, domain } });
}

const purchases = (w: World) => w.enom.books.purchases();
const awaited = ({ record }: { record: { looks: number } }): boolean => record.looks > 0;

test("a typo in the name that is found while the owner is awaited is corrected, issued, and bought once", async () => {
  const w = await world({ owner: "silent" });
  const reference = await mistyped(w);
  const before = await drive(w, reference, awaited);

  await correct(w, reference, "shop.example.com");
  await drive(w, reference, (each) => each.record.wish === null && awaited(each));
  w.enom.settings.owner = "approves";
  const after = await drive(w, reference, issued);

  expect(after.certId).toBe(before.certId);
  expect(after.order.domain).toBe("shop.example.com");
  expect(purchases(w)).toHaveLength(1);
  expect(w.enom.asked("CertModifyOrder")).toHaveLength(1);
  expect(w.enom.asked("CertConfigureCert")).toHaveLength(2);
  expect(after.record.timeline.map(({ event }) => event)).toContain("csr.corrected");
});

test("the order that was accepted stays the same order, and is found under its new name alone", async () => {
  const w = await world({ owner: "silent" });
  const reference = await mistyped(w);
  await drive(w, reference, awaited);
  await correct(w, reference, "shop.example.com");
  await drive(w, reference, ({ record }) => record.correction !== null);

  const order = JSON.parse((await w.redis.hget(w.keys.certificate(reference), "order")) ?? "");
  const again = await w.certificates.accept(order, new Date());
  const list = (domain: string) => w.certificates.list({ domain }, { limit: 10 }, new Date());

  expect(again).toBe("same");
  expect((await list("shop.example.com")).certificates).toHaveLength(1);
  expect((await list("shpo.example.com")).certificates).toEqual([]);
});

type Story = { code: string; arrange: (w: World) => Promise<string>; approver?: Approver };

/** Each leaves an order waiting with its code, for a name that was mistyped. */
const stories: Story[] = [
  {
    code: "approver-not-offered",
    arrange: async (w) => mistyped(w, { approver: { method: "email", email: "admin@shpo.example.com" } }),
    approver: { method: "email", email: "admin@example.com" },
  },
  {
    code: "enom-refused",
    arrange: async (w) => {
      w.enom.fault("CertConfigureCert", { kind: "error", ...refusal("620397", "500 - Unable to parse CSR.") });
      return mistyped(w);
    },
  },
  {
    code: "rejected-by-owner",
    arrange: async (w) => {
      w.enom.settings.owner = "refuses";
      return mistyped(w);
    },
  },
  {
    code: "validation-overdue",
    arrange: async (w) => {
      const reference = await mistyped(w);
      await drive(w, reference, awaited);
      await w.time.pass(8 * DAY_MS);
      return reference;
    },
  },
];

test.for(stories)(
  "an order that waits with $code is cured by another CSR, in the same slot",
  async ({ code, arrange, approver }) => {
    const w = await world({ owner: "silent" });
    const needs = () => orderNeeds(w, { clock: w.time });
    const reference = await arrange(w);
    const before = await drive(w, reference, withCode(code), needs());

    await correct(w, reference, "shop.example.com", approver);
    w.enom.settings.owner = "approves";
    const after = await drive(w, reference, issued, needs());

    expect(before.record.attention?.next).toContain(`certfleet certificate csr ${reference} --file`);
    expect(after.certId).toBe(before.certId);
    expect(after.record.issue?.pem).toBeDefined();
    expect(purchases(w)).toHaveLength(1);
  },
);

test("a slot that somebody configured by hand is taken over by giving the order that CSR", async () => {
  const w = await world();
  const reference = await mistyped(w);
  await expect(advanceOrder(reference, dying(w, "OWNED"))).rejects.toThrow("died");
  const { certId } = await get(w, reference);
  const csr = await makeCsr({ cn: "shop.example.com" });
  putCsr(w, certId ?? 0, { csr, domain: "shop.example.com" });
  await drive(w, reference, withCode("configured-otherwise"));

  await request(w, reference, { csr });
  await drive(w, reference, issued);

  expect(purchases(w)).toHaveLength(1);
});

test("before the purchase the CSR is simply another one, and behind a lost purchase it waits until that is settled", async () => {
  const w = await world();
  const early = await mistyped(w);
  await correct(w, early, "shop.example.com");
  await drive(w, early, issued);
  const doubtful = await leftSending(w);
  await correct(w, doubtful, "www.example.org", { method: "email", email: "admin@example.org" });

  await advanceOrder(doubtful, orderNeeds(w));
  const meanwhile = await get(w, doubtful);
  await w.time.pass(SETTLE_MS + 1_000);
  await drive(w, doubtful, ({ record, state }) => state === "PARKED" && record.wish === null);
  const { record, order } = await get(w, doubtful, withCode("purchase-unknown"));

  expect(meanwhile.record.wish).toMatchObject({ kind: "csr" });
  expect(order.domain).toBe("www.example.org");
  expect(record.terms.approver).toEqual({ method: "email", email: "admin@example.org" });
  expect(purchases(w)).toHaveLength(1);
});

test("an order whose purchase is parked takes the new CSR and keeps waiting for its decision", async () => {
  const w = await world();
  const reference = await parked(w, "lose-request");

  await correct(w, reference, "www.example.com");
  await drive(w, reference, ({ record }) => record.wish === null);

  expect((await get(w, reference, withCode("purchase-unknown"))).order.domain).toBe("www.example.com");
});

test.for(["CONFIGURED", "OWNED"] as const)(
  "a process that dies while it corrects an order in state %s leaves it to the next one, and nothing is bought twice",
  async (state) => {
    const w = await world({ owner: "silent" });
    const reference = await mistyped(w);
    await drive(w, reference, awaited);
    await correct(w, reference, "shop.example.com");
    await expect(advanceOrder(reference, dying(w, state))).rejects.toThrow("died");
    w.enom.settings.owner = "approves";

    const { order } = await drive(w, reference, issued);

    expect(order.domain).toBe("shop.example.com");
    expect(purchases(w)).toHaveLength(1);
  },
);

test("the same CSR again is nothing, and what an order may not have no correction may bring", async () => {
  const w = await world({ owner: "silent" });
  const reference = await mistyped(w);
  const csr = await makeCsr({ cn: "shop.example.com" });
  const asked = [await request(w, reference, { csr }), await request(w, reference, { csr })];
  await drive(w, reference, awaited);
  const later = await request(w, reference, { csr });
  const star = await correct(w, reference, "*.example.com");
  const broken = await request(w, reference, { csr: "no CSR" });
  const method = await request(w, reference, { csr, approver: { method: "pigeon" } as never });

  expect(asked.map(({ kind }) => kind)).toEqual(["requested", "same"]);
  expect(later.kind).toBe("same");
  expect(star).toMatchObject({ kind: "wrong", faults: [{ field: "csr" }] });
  expect(broken).toMatchObject({ kind: "wrong", faults: [{ field: "csr" }] });
  expect(method).toMatchObject({ kind: "wrong", faults: [{ field: "approver/method" }] });
});

test("what is issued or over keeps its CSR, and the words say what to do instead", async () => {
  const w = await world();
  const done = await w.accept({});
  await drive(w, done, issued);
  const answer = await correct(w, done, "www.example.com");

  expect(answer).toMatchObject({ kind: "conflict", message: expect.stringContaining("reissue") });
});

test("an order that eNom no longer lets be withdrawn says so, and is issued as it was", async () => {
  const w = await world({ owner: "silent" });
  const reference = await w.accept({});
  await drive(w, reference, awaited);
  w.enom.fault("CertModifyOrder", { kind: "error", ...refusal("706397", "Not in this status") });
  await correct(w, reference, "www.example.com");
  const refused = await drive(w, reference, ({ record }) => record.wish === null);
  w.enom.settings.owner = "approves";

  const { order } = await drive(w, reference, issued);

  expect(refused.record.timeline.at(-1)?.event).toBe("decision.refused");
  expect(order.domain).toBe("shop.example.com");
});

test("a CSR that eNom stored late is replaced once more, whoever sent it", async () => {
  const w = await world({ owner: "silent", variants: { domainNameAfterModify: true } });
  const reference = await mistyped(w);
  const { certId, order } = await drive(w, reference, awaited);
  await correct(w, reference, "shop.example.com");
  w.enom.fault("CertPurchaseCert", { kind: "status", status: 503 });
  await advanceOrder(reference, orderNeeds(w));
  putCsr(w, certId ?? 0, { csr: order.csr, domain: "shpo.example.com" });
  w.enom.settings.owner = "approves";

  const { record } = await drive(w, reference, issued);

  expect(w.enom.asked("CertConfigureCert")).toHaveLength(3);
  expect(record.attention).toBeNull();
  expect(purchases(w)).toHaveLength(1);
});

test("a correction that eNom was told of survives a record that was lost: the ledger knows it, too", async () => {
  const w = await world({ owner: "silent" });
  const reference = await mistyped(w);
  await drive(w, reference, awaited);
  await correct(w, reference, "shop.example.com");
  await drive(w, reference, (each) => each.record.correction !== null && awaited(each));
  const key = w.keys.certificate(reference);
  const record = JSON.parse((await w.redis.hget(key, "record")) ?? "");
  await w.redis.hset(key, "record", JSON.stringify({ ...record, correction: null }));
  w.enom.settings.owner = "approves";

  const { order } = await drive(w, reference, issued);

  expect(order.domain).toBe("shop.example.com");
});
