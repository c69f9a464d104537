// A process may die between a ledger script and the note of it, and doubt may meet anything: the order still ends where it belongs.
import { expect, test, vi } from "vitest";
import type { Fault } from "../../../src/sandbox/enom/wire/faults.ts";
import { findAttempt } from "../../../src/workers/ledger/attempt.ts";
import { advanceOrder } from "../../../src/workers/open/workflow.ts";
import { withNewestAttempt } from "../../../src/workers/order/load.ts";
import { reconcile } from "../../../src/workers/purchase/reconcile.ts";
import { orderNeeds } from "../../support/needs.ts";
import { SETTLE_MS } from "../../support/time.ts";
import { issued, world } from "../../support/world.ts";
import { drive, dying, get, leftSending, RAPIDSSL, RAPIDSSL_YEAR, rungAt, withCode } from "../open/runs.ts";

test("a purchase that was parked by a process that died before it told anybody is told by the next one", async () => {
  const w = await world();
  const reference = await leftSending(w, SETTLE_MS + 1_000);
  await expect(advanceOrder(reference, dying(w, "PARKED"))).rejects.toThrow("died");

  const { state, record } = await drive(w, reference, withCode("purchase-unknown"));

  expect(state).toBe("PARKED");
  expect(record.attention?.message).toContain("9.95");
  expect(await rungAt(w, reference)).toBeNull();
});

test("an order that eNom refuses by its answer fails with the reason, even when the process died before it wrote that down", async () => {
  const w = await world();
  const codes = [{ number: "304197", string: "Validation error" }];
  w.enom.fault("PurchaseServices", { kind: "error", texts: ["Invalid NumYears"], codes } as Fault);
  const reference = await w.accept({});
  await expect(advanceOrder(reference, dying(w, "REFUSED"))).rejects.toThrow("died");

  const { record } = await drive(w, reference, (each) => each.record.failure !== null);

  expect(record.failure?.message).toContain("Invalid NumYears");
  expect(await rungAt(w, reference)).toBeNull();
});

test("a refund seen by a process that died before it told anybody is told by the next one", async () => {
  const w = await world({ owner: "silent" });
  const reference = await w.accept({});
  const { certId } = await drive(w, reference, ({ record }) => record.looks > 0);
  w.enom.books.refund(certId ?? 0);
  await expect(advanceOrder(reference, dying(w, "PARKED"))).rejects.toThrow("died");

  const { state } = await drive(w, reference, withCode("refunded"));

  expect(state).toBe("PARKED");
  expect(await rungAt(w, reference)).toBeNull();
});

test("a spare slot taken by a process that died is used, although eNom sells the product no more", async () => {
  const w = await world();
  const spare = w.enom.colleague.buys(RAPIDSSL, 1);
  await w.redis.hset(w.keys.ledger.owner("main"), spare.certId, "POOL");
  await w.redis.zadd(w.keys.ledger.pool("main", RAPIDSSL_YEAR), Date.now(), spare.certId);
  const reference = await w.accept({});
  await expect(advanceOrder(reference, dying(w, "OWNED"))).rejects.toThrow("died");
  // As if it had died one script earlier: between the pool and the claim.
  await w.redis.hset(w.keys.certificate(reference), "state", "APPROVED", "purchases", "[]");
  await w.redis.hdel(w.keys.certificate(reference), "certId");
  w.enom.settings.disabledServices.add(RAPIDSSL.toLowerCase());

  const certificate = await drive(w, reference, issued);

  expect(certificate.purchases).toMatchObject([{ certId: spare.certId }]);
  expect(w.enom.asked("PurchaseServices")).toEqual([]);
});

test("a purchase in doubt is parked although its account was switched off meanwhile", async () => {
  const w = await world();
  const reference = await leftSending(w, SETTLE_MS + 1_000);
  const needs = orderNeeds(w);
  const off = needs.accounts.find("main");
  if (off) off.entry.enabled = false;

  await advanceOrder(reference, needs);

  const { state, record } = await get(w, reference);
  expect({ state, code: record.attention?.code }).toEqual({ state: "PARKED", code: "purchase-unknown" });
});

test("a purchase that was answered while another run doubted it is no case for a person", async () => {
  const w = await world();
  const reference = await leftSending(w, SETTLE_MS + 1_000);
  const needs = orderNeeds(w);
  const before = await withNewestAttempt(await get(w, reference), needs);
  await w.redis.hset(w.keys.ledger.attempt(reference, 1), "state", "REJECTED", "reason", "not sent");
  await w.redis.hdel(w.keys.ledger.unsettled("main"), `${reference}#1`);

  await reconcile(before, needs);

  expect((await get(w, reference)).record.attention).toBeNull();
});

test("a purchase without an answer is looked for after 5, 15, 30, 60, 120, 300, 900 seconds, and given to a person after T_settle", async () => {
  const w = await world();
  const reference = await leftSending(w);
  const needs = orderNeeds(w);
  const looks: number[] = [];
  const nextLooks: number[] = [];
  for (const seconds of [1, 5, 10, 15, 30, 60, 180, 600]) {
    await w.time.pass(seconds * 1_000);
    const before = w.enom.asked("CertGetCerts").length;
    const outcome = await advanceOrder(reference, needs);
    expect(outcome).toMatchObject({ because: expect.stringContaining("outcome is not known") });
    const age = w.time.ms() - ((await findAttempt(needs, reference, 1))?.gateAt ?? 0);
    nextLooks.push(Math.round(age / 1_000 + (outcome === "done" ? 0 : outcome.waitSeconds)));
    looks.push(w.enom.asked("CertGetCerts").length - before);
  }
  await w.time.pass(300_000);
  await advanceOrder(reference, needs);

  expect(looks).toEqual([0, 1, 1, 1, 1, 1, 1, 1]);
  // Behind the gate, within the second or two that this test itself takes.
  const planned = [5, 15, 30, 60, 120, 300, 900, 1_200];
  expect(nextLooks.map((seconds, i) => Math.abs(seconds - (planned[i] ?? 0)) <= 3)).toEqual(planned.map(() => true));
  expect((await get(w, reference, withCode("purchase-unknown"))).state).toBe("PARKED");
});

test("an answer that names another order's slot leaves the purchase in doubt, and a person decides when nothing else shows up", async () => {
  const w = await world();
  const needs = orderNeeds(w);
  const reference = await w.accept({});
  await w.redis.hset(w.keys.ledger.owner("main"), "900101", "someone-else"); // the number that eNom gives next
  await advanceOrder(reference, needs);
  await w.time.pass(SETTLE_MS + 1_000);

  const { state, record, attempt } = await drive(w, reference, withCode("purchase-unknown"), needs);

  expect(state).toBe("PARKED");
  expect(record.attention?.message).toContain("someone-else");
  expect((await findAttempt(needs, reference, attempt))?.state).toBe("PARKED");
  expect(await w.redis.hlen(w.keys.ledger.unsettled("main"))).toBe(0);
});

test("an order that eNom shows as issued before it sends the certificate waits for it", async () => {
  const w = await world();
  const reference = await w.accept({});
  const needs = orderNeeds(w);
  const account = needs.accounts.find("main");
  if (!account) throw new Error("no account");
  const { detail } = account.enom;
  let late = true;
  account.enom.detail = async (certId) => {
    const honest = await detail(certId);
    return late && honest.certificatePem ? { ...honest, certificatePem: null } : honest;
  };

  await vi.waitFor(
    async () => {
      await advanceOrder(reference, needs);
      expect(w.enom.books.slots()[0]?.statusId).toBe(4);
      expect((await get(w, reference)).record.attention).toBeNull();
    },
    { timeout: 5_000, interval: 50 },
  );
  await advanceOrder(reference, needs);
  expect((await get(w, reference)).record.attention).toBeNull();
  late = false;
  await drive(w, reference, issued);
});
