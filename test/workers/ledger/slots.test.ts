// Whose slot it is and what a person may decide, rules 12, 14, 16 and the place of 15, against the ledger's scripts alone.
import { expect, test } from "vitest";
import { park, unknown } from "../../../src/workers/ledger/answers.ts";
import { findAttempt } from "../../../src/workers/ledger/attempt.ts";
import {
  buyAgain,
  cancelOrder,
  endConfiguring,
  refundSeen,
  startConfiguring,
} from "../../../src/workers/ledger/moves.ts";
import { CLASS, intent, type Ledger, openLedger, parked, sending, ticket } from "./ledger.ts";

const BOUGHT = { service: intent("a").service, years: 1 };

const attempt = async (l: Ledger, number: number) => (await findAttempt(l, "a", number))?.state;

test("rule 12: a slot belongs to one order and an order to one slot, whoever claims and how often", async () => {
  const l = openLedger();
  await sending(l);
  await l.accept("b");
  await l.begin("b", 0);
  await l.gate(ticket("b", 1));

  const claims = [1, 2, 3].map(() => l.claim({ reference: "a", number: 1, certId: 900 }));
  expect(await Promise.all(claims)).toEqual([{ kind: "ok" }, { kind: "ok" }, { kind: "ok" }]);
  expect(await l.claim({ reference: "b", number: 1, certId: 900 })).toEqual({ kind: "taken", by: "a" });
  expect(await l.maps()).toMatchObject({ owner: { 900: "a" }, held: { a: "900" } });
  expect(Object.keys((await l.maps()).unsettled)).toEqual(["b#1"]);
  expect((await l.get("a")).purchases).toHaveLength(1);
});

test("rule 12: a slot bought for an order that holds another becomes a spare one, and leaves nothing in the air", async () => {
  const l = openLedger();
  await sending(l);
  await l.redis.hset(l.keys.ledger.held("main"), "a", 900);
  await l.redis.hset(l.keys.ledger.owner("main"), { 900: "a" });

  const claims = [1, 2].map(() => l.claim({ reference: "a", number: 1, certId: 901 }));

  expect(await Promise.all(claims)).toEqual([1, 2].map(() => ({ kind: "holds-another", certId: 900 })));
  expect(await l.maps()).toEqual({ owner: { 900: "a", 901: "POOL" }, held: { a: "900" }, unsettled: {}, parked: {} });
  expect(await l.redis.zrange(l.keys.ledger.pool("main", CLASS), "0", "-1")).toEqual(["901"]);
});

test("rule 12: another order's slot stays its own, and leaves nothing in the air for an order that holds one", async () => {
  const l = openLedger();
  await sending(l);
  await l.redis.hset(l.keys.ledger.held("main"), "a", 900);
  await l.redis.hset(l.keys.ledger.owner("main"), { 900: "a", 901: "b" });

  expect(await l.claim({ reference: "a", number: 1, certId: 901 })).toEqual({ kind: "holds-another", certId: 900 });
  expect(await l.maps()).toEqual({ owner: { 900: "a", 901: "b" }, held: { a: "900" }, unsettled: {}, parked: {} });
});

test("rule 12: every change of an owner raises the version of its class", async () => {
  const l = openLedger();
  await sending(l);
  const version = async (): Promise<number> => Number(await l.redis.hget(l.keys.ledger.version("main"), CLASS));

  await l.claim({ reference: "a", number: 1, certId: 900 });
  const claimed = await version();
  await l.claim({ reference: "a", number: 1, certId: 900 });
  const again = await version();
  await refundSeen(l, { reference: "a", account: "main", certId: 900, ...BOUGHT });

  expect([claimed, again, await version()]).toEqual([1, 1, 2]);
});

test("rule 14: only the owner configures a slot, and only from the right state", async () => {
  const l = openLedger();
  await sending(l);
  const slot = { reference: "a", account: "main", certId: 900 };

  expect(await startConfiguring(l, slot, "hash")).toBe("BUYING");
  await l.claim({ reference: "a", number: 1, certId: 900 });
  expect(await startConfiguring(l, { ...slot, certId: 901 }, "hash")).toBe("not the owner");
  expect(await startConfiguring(l, slot, "hash")).toBe("ok");
  expect(await startConfiguring(l, slot, "hash")).toBe("ok");
  expect(await endConfiguring(l, slot)).toBe("ok");
  expect(await startConfiguring(l, slot, "hash")).toBe("CONFIGURED");
});

test("rule 16: only an unknown purchase is parked", async () => {
  const l = openLedger();
  await sending(l);

  expect(await park(l, ticket("a", 1))).toBe(false);
  expect([await attempt(l, 1), (await l.get("a")).state]).toEqual(["SENDING", "BUYING"]);
});

test("rule 16: a parked purchase keeps its exposure and is bought again once for one decision about it", async () => {
  const l = openLedger();
  await parked(l);
  expect(await l.maps()).toEqual({ unsettled: {}, parked: { "a#1": `${CLASS}|99500` }, owner: {}, held: {} });
  const order = { reference: "a", account: "main", number: 1 };
  const decision = { id: "not-bought by ops", reason: "seen" };

  const answers = await Promise.all([1, 2].map(() => buyAgain(l, order, decision)));
  expect(answers).toEqual(["ok", "ok"]);
  expect(await buyAgain(l, order, { ...decision, id: "too late" })).toBe("BUYING");
  expect(await l.begin("a", 1)).toEqual({ kind: "prepared", number: 2 });
  await l.gate(ticket("a", 2));
  await unknown(l, { reference: "a", number: 2 }, { reason: "no answer" });
  await park(l, ticket("a", 2));

  expect(await buyAgain(l, order, decision)).toBe("ok");
  expect(await buyAgain(l, order, { ...decision, id: "another" })).toBe("changed");
  expect([await attempt(l, 2), (await l.get("a")).state]).toEqual(["PARKED", "PARKED"]);
});

test("rule 16: a parked purchase adopts a free slot, which ends its exposure", async () => {
  const l = openLedger();
  await parked(l);

  expect(await l.claim({ reference: "a", number: 1, certId: 900 }, ["PARKED"])).toEqual({ kind: "ok" });
  expect(await l.maps()).toEqual({ owner: { 900: "a" }, held: { a: "900" }, unsettled: {}, parked: {} });
  expect(await l.get("a")).toMatchObject({ state: "OWNED", certId: 900 });
});

test("rule 16: an order is not cancelled over a purchase in the air, not even by a run that does not know of it", async () => {
  const l = openLedger();
  await sending(l);

  expect(await cancelOrder(l, "a", 0)).toBe("changed");
  expect(await cancelOrder(l, "a", 1)).toBe("in-doubt");
  await unknown(l, { reference: "a", number: 1 }, { reason: "no answer" });
  expect(await cancelOrder(l, "a", 1)).toBe("in-doubt");
  await park(l, ticket("a", 1));
  expect(await cancelOrder(l, "a", 1)).toBe("ok");
  expect((await l.maps()).parked).toHaveProperty("a#1");
});

test("rule 15, its place: a refunded slot is nobody's, and its order waits for a person unless it is over", async () => {
  const l = openLedger();
  await sending(l);
  await l.claim({ reference: "a", number: 1, certId: 900 });
  const slot = { reference: "a", account: "main", certId: 900, ...BOUGHT };

  expect(await refundSeen(l, slot)).toBe("ok");
  expect(await refundSeen(l, slot)).toBe("not the owner");
  await l.redis.hset(l.keys.certificate("b"), "state", "CANCELLED");
  await l.redis.hset(l.keys.ledger.held("main"), "b", 901);
  expect(await refundSeen(l, { ...slot, reference: "b", certId: 901 })).toBe("ok");
  expect(await l.redis.hget(l.keys.certificate("b"), "state")).toBe("CANCELLED");
  expect(await l.maps()).toEqual({ owner: { 900: "REFUNDED", 901: "REFUNDED" }, held: {}, unsettled: {}, parked: {} });
  expect(await l.get("a")).toMatchObject({ state: "PARKED", certId: null });
});
