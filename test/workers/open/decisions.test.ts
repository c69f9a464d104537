// What a person decides is done once and only for what it was meant for, and nothing covers a purchase that waits for a person.
import { expect, test } from "vitest";
import { statusOf } from "../../../src/shared/certificate/certificate.ts";
import { requestChange } from "../../../src/shared/certificate/operator-request.ts";
import type { OperatorRequest } from "../../../src/shared/certificate/record.ts";
import { carryOutRequest } from "../../../src/workers/open/operator-requests.ts";
import { advanceOrder } from "../../../src/workers/open/workflow.ts";
import { withNewestAttempt } from "../../../src/workers/order/load.ts";
import { orderNeeds } from "../../support/needs.ts";
import { SETTLE_MS } from "../../support/time.ts";
import { issued, type World, world } from "../../support/world.ts";
import { drive, dying, get, leftSending, parked, rungAt, withCode } from "./runs.ts";

async function wish(w: World, reference: string, made: Record<string, unknown>): Promise<void> {
  const full = { who: "ops", at: new Date().toISOString(), reason: "seen", ...made } as OperatorRequest;
  const answer = requestChange(await get(w, reference), full, new Date());
  if ("conflict" in answer) throw new Error(answer.conflict);
  await w.certificates.save(answer.certificate, new Date());
}

const events = async (w: World, reference: string): Promise<string[]> =>
  (await get(w, reference)).record.timeline.map(({ event }) => event);

test("a decision to buy again is carried out once and called done, even when the process died before it noted that", async () => {
  const w = await world();
  const reference = await parked(w, "lose-request");
  await wish(w, reference, { kind: "resolve", decision: "not-bought" });
  await expect(advanceOrder(reference, dying(w, "BUYING"))).rejects.toThrow("died");

  await drive(w, reference, issued);

  expect(await events(w, reference)).toContain("decision.not-bought");
  expect(await events(w, reference)).not.toContain("decision.refused");
  expect(w.enom.books.purchases()).toHaveLength(1);
});

test("an adoption is carried out and called done, even when the process died before it noted that", async () => {
  const w = await world();
  const reference = await parked(w, "lose-answer");
  const certId = w.enom.books.purchases()[0]?.certId;
  await wish(w, reference, { kind: "resolve", decision: "adopt", certId });
  await expect(advanceOrder(reference, dying(w, "OWNED"))).rejects.toThrow("died");

  const certificate = await drive(w, reference, issued);

  expect(certificate.certId).toBe(certId);
  expect(await events(w, reference)).toContain("decision.adopt");
  expect(await events(w, reference)).not.toContain("decision.refused");
});

test("a second run that is late with a decision does not repeat it for the next purchase", async () => {
  const w = await world();
  const reference = await parked(w, "lose-request");
  await wish(w, reference, { kind: "resolve", decision: "not-bought" });
  const needs = orderNeeds(w);
  const before = await withNewestAttempt(await get(w, reference), needs);
  w.enom.fault("PurchaseServices", { kind: "lose-answer" });
  await drive(w, reference, ({ attempt, record }) => attempt === 2 && record.wish === null);
  w.enom.settings.timings.listLagMs = 3_600_000;
  await w.time.pass(SETTLE_MS + 1_000);
  await drive(w, reference, ({ attempt, record }) => attempt === 2 && record.attention !== null);

  await carryOutRequest(before, needs);

  const { state, record, attempt } = await get(w, reference);
  expect({ state, attempt }).toEqual({ state: "PARKED", attempt: 2 });
  expect(record.attention?.code).toBe("purchase-unknown");
});

test("a second run that is late with a wish does not lose the next one", async () => {
  const w = await world({ owner: "silent" });
  const reference = await w.accept({});
  await drive(w, reference, ({ record }) => record.looks > 0);
  await wish(w, reference, { kind: "approver", email: "postmaster@example.com" });
  const needs = orderNeeds(w);
  const before = await withNewestAttempt(await get(w, reference), needs);
  await drive(w, reference, ({ record }) => record.wish === null);
  await wish(w, reference, { kind: "approver", email: "hostmaster@example.com" });

  await carryOutRequest(before, needs);

  expect((await get(w, reference)).record.wish).toMatchObject({ email: "hostmaster@example.com" });
});

test("another approver is noted at once, although a purchase of the order is in doubt", async () => {
  const w = await world();
  const reference = await leftSending(w);
  await wish(w, reference, { kind: "approver", email: "postmaster@example.com" });

  await advanceOrder(reference, orderNeeds(w));

  const { record, state } = await get(w, reference);
  expect({ state, wish: record.wish }).toEqual({ state: "BUYING", wish: null });
  expect(record.terms.approver).toEqual({ method: "email", email: "postmaster@example.com" });
  expect(w.enom.asked("PurchaseServices")).toEqual([]);
});

test("another approver for an order whose purchase is parked leaves the purchase for a person to decide on", async () => {
  const w = await world();
  const reference = await parked(w, "lose-request");
  await wish(w, reference, { kind: "approver", email: "postmaster@example.com" });

  await drive(w, reference, ({ record }) => record.wish === null);

  const certificate = await get(w, reference, withCode("purchase-unknown"));
  expect(certificate.record.terms.approver).toEqual({ method: "email", email: "postmaster@example.com" });
  expect(statusOf(certificate, new Date())).toBe("attention");
});

test("a login that fails while a slot is adopted does not cover the parked purchase, and the adoption goes on when it works", async () => {
  const w = await world();
  const reference = await parked(w, "lose-answer");
  w.enom.settings.loginWorks = false;
  await wish(w, reference, { kind: "resolve", decision: "adopt", certId: w.enom.books.purchases()[0]?.certId });
  await advanceOrder(reference, orderNeeds(w));
  const meanwhile = await get(w, reference, withCode("purchase-unknown"));

  w.enom.settings.loginWorks = true;
  await drive(w, reference, issued);

  expect(meanwhile.record.attention?.message).toContain("9.95");
  expect(meanwhile.record.wish).not.toBeNull();
});

test("a slot that belongs to another order is not adopted, and what is known of the purchase stays shown", async () => {
  const w = await world();
  const reference = await parked(w, "lose-answer");
  const certId = w.enom.books.purchases()[0]?.certId ?? 0;
  await w.redis.hset(w.keys.ledger.owner("main"), certId, "someone-else");
  await wish(w, reference, { kind: "resolve", decision: "adopt", certId });

  const { state, record } = await drive(w, reference, (each) => each.record.wish === null);

  expect(state).toBe("PARKED");
  expect(record.attention).toMatchObject({
    code: "purchase-unknown",
    message: expect.stringContaining("someone-else"),
  });
  expect(record.attention?.message).toContain("9.95");
});

test("an order that is cancelled while a dead process's purchase is in doubt ends cancelled", async () => {
  const w = await world();
  const reference = await leftSending(w, SETTLE_MS + 1_000);
  await wish(w, reference, { kind: "cancel" });

  await drive(w, reference, ({ state }) => state === "CANCELLED");

  expect(await w.redis.hkeys(w.keys.ledger.abandoned("main"))).toEqual([`${reference}#1`]);
  expect(await w.redis.hlen(w.keys.ledger.unsettled("main"))).toBe(0);
  expect(await rungAt(w, reference)).toBeNull();
});

test("a cancellation that meets an order which eNom has refused meanwhile ends, and says that it is over", async () => {
  const w = await world();
  const reference = await w.accept({});
  await wish(w, reference, { kind: "cancel" });
  await w.redis.hset(w.keys.certificate(reference), "state", "REFUSED");

  const { record } = await drive(w, reference, (each) => each.record.wish === null);

  expect(record.timeline.map(({ event }) => event)).toContain("decision.refused");
});

test("a confirmed cancellation is carried out although eNom does not call the configuration back any more", async () => {
  const w = await world({ owner: "silent" });
  const reference = await w.accept({});
  await drive(w, reference, ({ record }) => record.looks > 0);
  w.enom.fault("CertModifyOrder", {
    kind: "error",
    texts: ["Order cannot be modified"],
    codes: [{ number: "706397", string: "Policy error" }],
  });
  await wish(w, reference, { kind: "cancel", confirmed: true });

  await drive(w, reference, ({ state }) => state === "CANCELLED");

  expect(w.enom.asked("CertModifyOrder")).toHaveLength(1);
});

test("a wish that cannot be carried out while eNom is away waits as every other question does", async () => {
  const w = await world({ owner: "silent" });
  const reference = await w.accept({});
  await drive(w, reference, ({ record }) => record.looks > 0);
  w.enom.fault("CertGetCertDetail", { kind: "status", status: 503 });
  await wish(w, reference, { kind: "cancel" });
  const madeAt = (await rungAt(w, reference)) ?? Number.POSITIVE_INFINITY;
  const slow = { pollSeconds: 600, validationDays: 7, rebuyBudget: 0 };

  await advanceOrder(reference, orderNeeds(w, { timings: slow }));

  expect(madeAt).toBeLessThanOrEqual(Date.now());
  expect(await rungAt(w, reference)).toBeGreaterThan(Date.now() + 50_000);
});

test("after a refund the order buys another slot, which is configured, submitted and issued like the first", async () => {
  const w = await world({ owner: "silent" });
  const reference = await w.accept({});
  const { certId } = await drive(w, reference, ({ record }) => record.looks > 0);
  w.enom.books.refund(certId ?? 0);
  await drive(w, reference, withCode("refunded"));
  w.enom.settings.owner = "approves";

  await wish(w, reference, { kind: "resolve", decision: "refunded" });
  const certificate = await drive(w, reference, issued);

  expect(certificate.certId).not.toBe(certId);
  expect(w.enom.asked("CertPurchaseCert")).toHaveLength(2);
});

test("an approver who refused is replaced, and the retry asks the new one", async () => {
  const w = await world({ owner: "refuses" });
  const reference = await w.accept({ product: "Certificate-Comodo-Essential" });
  await drive(w, reference, withCode("rejected-by-owner"));
  w.enom.settings.owner = "approves";

  await wish(w, reference, { kind: "approver", email: "postmaster@example.com" });
  await drive(w, reference, ({ record }) => record.wish === null);
  await get(w, reference, withCode("rejected-by-owner"));
  await wish(w, reference, { kind: "resolve", decision: "retry" });
  await drive(w, reference, issued);

  expect(w.enom.asked("CertPurchaseCert").map(({ parameters }) => parameters.approveremail)).toEqual([
    "admin@example.com",
    "postmaster@example.com",
  ]);
});

test("what goes on by itself is handed to a person after thirty days, however often its reason changed", async () => {
  const w = await world({ balance: "1.00" });
  const reference = await w.accept({});
  let days = 0;
  const clock = { now: () => new Date(Date.now() + days * 86_400_000) };
  for (days = 0; days <= 32; days += 8) {
    w.enom.books.setBalance(`${(days + 1) / 10}`);
    await advanceOrder(reference, orderNeeds(w, { clock }));
  }

  expect((await get(w, reference)).record.attention?.code).toBe("waited-too-long");
  expect(await rungAt(w, reference)).toBeNull();
});
