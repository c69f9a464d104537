// Buying, rules 4 to 8 of purchase safety, against the ledger's scripts alone: no step, no queue and no eNom stands in between.
import { expect, test } from "vitest";
import { notSent, rejected, unknown } from "../../../src/workers/ledger/answers.ts";
import { findAttempt } from "../../../src/workers/ledger/attempt.ts";
import { cancelOrder, refuseOrder } from "../../../src/workers/ledger/moves.ts";
import { CLASS, type Ledger, openLedger, parked, ROOMY, sending, ticket } from "./ledger.ts";

const attempt = async (l: Ledger, number: number) => (await findAttempt(l, "a", number))?.state;

test("rule 4: only an order that is approved or buying begins a purchase", async () => {
  const l = openLedger();
  await l.accept("a");
  await cancelOrder(l, "a", 0);

  expect(await l.begin("a", 0)).toEqual({ kind: "wrong-state", state: "CANCELLED" });
  expect(await l.begin("nobody", 0)).toEqual({ kind: "wrong-state", state: "none" });
});

test("rule 5: a purchase that was prepared and never written is voided and prepared anew", async () => {
  const l = openLedger();
  await l.accept("a");
  await l.begin("a", 0);

  expect(await l.begin("a", 1)).toEqual({ kind: "prepared", number: 2 });
  expect([await attempt(l, 1), await attempt(l, 2)]).toEqual(["VOID", "PREPARED"]);
});

test("rule 5: of two runs that begin at once one prepares, and the other is told so", async () => {
  const l = openLedger();
  await l.accept("a");

  const begun = await Promise.all([l.begin("a", 0), l.begin("a", 0)]);

  expect(begun).toEqual([{ kind: "prepared", number: 1 }, { kind: "changed" }]);
});

test("rule 5: behind a purchase that was written nothing more is bought", async () => {
  const l = openLedger();
  await sending(l);

  expect(await l.begin("a", 1)).toEqual({ kind: "in-doubt", state: "SENDING" });
  await unknown(l, { reference: "a", number: 1 }, { reason: "no answer" });
  expect(await l.begin("a", 1)).toEqual({ kind: "in-doubt", state: "UNKNOWN" });
  await l.claim({ reference: "a", number: 1, certId: 900 });
  expect(await l.begin("a", 1)).toEqual({ kind: "holds", certId: 900 });
});

test("rule 5: no more purchases of a class, and no more money, are in the air than is allowed", async () => {
  const l = openLedger();
  await sending(l);
  await l.accept("b");

  expect(await l.begin("b", 0, { ...ROOMY, maxUnsettled: 1 })).toEqual({ kind: "too-many" });
  expect(await l.begin("b", 0, { ...ROOMY, maxUnsettledMoney: "19.89" })).toEqual({ kind: "too-much" });
  expect(await l.begin("b", 0, { maxUnsettled: 2, maxUnsettledMoney: "19.90" })).toMatchObject({ kind: "prepared" });
});

test("rule 5: an order that another run is buying, or that has its slot, is not refused", async () => {
  const l = openLedger();
  await sending(l);
  const order = { reference: "a", account: "main", number: 1 };

  expect(await refuseOrder(l, { ...order, number: 0 })).toBe("changed");
  expect(await refuseOrder(l, order)).toBe("in-doubt");
  await l.accept("b");
  await l.redis.hset(l.keys.ledger.held("main"), "b", 901);
  expect(await refuseOrder(l, { ...order, reference: "b", number: 0 })).toBe("holds");
  expect(await l.get("a")).toMatchObject({ state: "BUYING" });
});

test("rule 6: a young spare slot is used before anything is bought, an old one or one that is no spare any more is not", async () => {
  const l = openLedger();
  await l.accept("a");
  const pool = l.keys.ledger.pool("main", CLASS);
  await l.redis.hset(l.keys.ledger.owner("main"), { 900: "POOL", 901: "POOL", 902: "b" });
  const days = (count: number): number => Date.now() - count * 86_400_000;
  await l.redis.zadd(pool, days(8), "900", days(6), "902", days(5), "901");

  expect(await l.begin("a", 0)).toEqual({ kind: "from-pool", certId: 901 });
  expect(await l.maps()).toMatchObject({ owner: { 900: "POOL", 901: "a", 902: "b" }, held: { a: "901" } });
});

test("rule 7: the gate opens once for one attempt, and only for the newest of an order that is buying", async () => {
  const l = openLedger();
  await l.accept("a");
  await l.begin("a", 0);
  await l.begin("a", 1);

  await expect(l.gate(ticket("a", 1))).rejects.toThrow("VOID");
  const gates = await Promise.allSettled([l.gate(ticket("a", 2, "one")), l.gate(ticket("a", 2, "two"))]);
  expect(gates.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
});

test("rule 7: the gate stays shut for an order that was cancelled, has a slot, or would be too much in the air", async () => {
  const l = openLedger();
  for (const reference of ["a", "b", "c", "d"]) {
    await l.accept(reference);
    await l.begin(reference, 0);
  }
  await cancelOrder(l, "a", 1);
  await l.redis.hset(l.keys.ledger.held("main"), "b", 900);
  await l.redis.hset(l.keys.certificate("d"), "state", "OWNED");

  await expect(l.gate(ticket("a", 1))).rejects.toThrow("VOID");
  await expect(l.gate(ticket("d", 1))).rejects.toThrow("moved on");
  await expect(l.gate(ticket("b", 1))).rejects.toThrow("holds a slot");
  await expect(l.gate(ticket("c", 1), { ...ROOMY, maxUnsettledMoney: "9.94" })).rejects.toThrow("too-much");
  expect((await l.maps()).unsettled).toEqual({});
});

test("rule 8: only the process that opened the gate may say that nothing was sent or that eNom said no", async () => {
  const l = openLedger();
  await sending(l);

  expect(await notSent(l, ticket("a", 1, "another"), "gate too late")).toBe(false);
  expect(await rejected(l, ticket("a", 1, "another"), "no", true)).toBe(false);
  expect(await attempt(l, 1)).toBe("SENDING");
  expect(await notSent(l, ticket("a", 1), "gate too late")).toBe(true);
  expect([await attempt(l, 1), (await l.maps()).unsettled]).toEqual(["REJECTED", {}]);
  expect(await l.begin("a", 1)).toEqual({ kind: "prepared", number: 2 });
});

test("rule 8: a no for good ends the order, any other no lets it try again", async () => {
  const l = openLedger();
  await sending(l);

  await rejected(l, ticket("a", 1), "no funds", false);
  expect(await l.get("a")).toMatchObject({ state: "BUYING" });
  await l.begin("a", 1);
  await l.gate(ticket("a", 2));
  await rejected(l, ticket("a", 2), "never", true);
  expect(await l.get("a")).toMatchObject({ state: "REFUSED" });
});

test("rule 8: what comes late changes nothing that was decided meanwhile", async () => {
  const l = openLedger();
  await parked(l);

  expect(await unknown(l, { reference: "a", number: 1 }, { reason: "time-out" })).toBe(false);
  expect(await rejected(l, ticket("a", 1), "no", true)).toBe(false);
  expect(await l.claim({ reference: "a", number: 1, certId: 900 })).toEqual({ kind: "wrong-state", state: "PARKED" });
  expect(await l.get("a")).toMatchObject({ state: "PARKED", certId: null });
});
