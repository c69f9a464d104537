// What follows a purchase, rules 14 to 16 of purchase safety: configuring, refunds, cancelling and what a person decides.
import { expect, test } from "vitest";
import { findAttempt } from "../../../src/workers/ledger/attempt.ts";
import { markUnknown, parkAttempt } from "../../../src/workers/ledger/attempt-results.ts";
import {
  buyAgain,
  cancelOrder,
  endConfiguring,
  recycleSlot,
  refundSeen,
  reopenConfiguration,
  startConfiguring,
} from "../../../src/workers/ledger/transitions.ts";
import {
  CLASS,
  EMPTY,
  inDoubt,
  of,
  openLedger,
  owning,
  parked,
  SERVICE,
  sending,
  type TestLedger,
  ticket,
} from "./ledger.ts";

const BOUGHT = { service: SERVICE, years: 1 };
const slotOf = (reference: string, certId = 900) => ({ reference, account: "main", certId });

const csrNoted = ({ ledger: { redis, keys } }: TestLedger): Promise<string | null> =>
  redis.hget(keys.certificate("a"), "configuredCsr");

test("rule 14: only the owner configures a slot, only from the right state, and the CSR is noted before", async () => {
  const l = await openLedger();
  await sending(l);
  expect(await startConfiguring(l, slotOf("a"), "hash")).toBe("BUYING");
  await l.claim({ reference: "a", certId: 900 });

  expect(await startConfiguring(l, slotOf("a", 901), "hash")).toBe("not the owner");
  expect(await csrNoted(l)).toBeNull();
  expect(await endConfiguring(l, slotOf("a"))).toBe("OWNED");
  expect(await startConfiguring(l, slotOf("a"), "hash")).toBe("ok");
  expect([await csrNoted(l), (await l.get("a")).state]).toEqual(["hash", "CONFIGURING"]);
  expect(await startConfiguring(l, slotOf("a"), "hash"), "the run before died").toBe("ok");
  expect(await endConfiguring(l, slotOf("a"))).toBe("ok");
  expect(await startConfiguring(l, slotOf("a"), "another hash")).toBe("CONFIGURED");
  expect([await csrNoted(l), (await l.get("a")).state]).toEqual(["hash", "CONFIGURED"]);
});

test("rule 14: a slot that one map gives to the order and the other does not is configured for nobody", async () => {
  const l = await openLedger();
  await owning(l, "a", 900);
  const { redis, keys } = l.ledger;

  await redis.hset(keys.ledger.owner("main"), 900, "b");
  expect(await startConfiguring(l, slotOf("a"), "hash")).toBe("not the owner");
  await redis.hset(keys.ledger.owner("main"), 900, "a");
  await redis.hset(keys.ledger.held("main"), "a", 901);
  expect(await startConfiguring(l, slotOf("a"), "hash")).toBe("not the owner");
});

test("rule 14: a configuration that the approver refused is opened again, for the owner alone", async () => {
  const l = await openLedger();
  await owning(l);
  expect(await reopenConfiguration(l, slotOf("a"))).toBe("OWNED");
  await startConfiguring(l, slotOf("a"), "hash");
  await endConfiguring(l, slotOf("a"));

  expect(await reopenConfiguration(l, slotOf("a", 901))).toBe("not the owner");
  expect(await reopenConfiguration(l, slotOf("a"))).toBe("ok");
  expect(await startConfiguring(l, slotOf("a"), "another hash")).toBe("ok");
  expect(await csrNoted(l)).toBe("another hash");
});

test("rule 15: a refunded slot is nobody's, and its order waits for a person unless it is over", async () => {
  const l = await openLedger();
  await owning(l, "a", 900);
  await owning(l, "b", 901);
  await startConfiguring(l, slotOf("b", 901), "hash");
  await cancelOrder(l, of("b"), BOUGHT);

  expect(await refundSeen(l, { ...slotOf("a"), ...BOUGHT })).toBe("ok");
  expect(await refundSeen(l, { ...slotOf("a"), ...BOUGHT })).toBe("not the owner");
  expect(await refundSeen(l, { ...slotOf("b", 901), ...BOUGHT })).toBe("ok");

  expect(await l.maps()).toEqual({ ...EMPTY, owner: { 900: "REFUNDED", 901: "REFUNDED" } });
  expect(await l.get("a")).toMatchObject({ state: "PARKED", certId: null });
  expect(await l.get("b")).toMatchObject({ state: "CANCELLED", certId: null });
});

test("rule 15: behind a refund the order buys again when a person says so, and not before", async () => {
  const l = await openLedger();
  await owning(l);
  await refundSeen(l, { ...slotOf("a"), ...BOUGHT });
  expect(await l.begin("a", 1)).toEqual({ kind: "wrong-state", state: "PARKED" });

  expect(await buyAgain(l, of("a"), { id: "refunded", reason: "the money came back (ops)" })).toBe("ok");

  expect(await l.begin("a", 1)).toEqual({ kind: "prepared", number: 2 });
  expect((await l.maps()).abandoned).toEqual({});
  expect((await l.attempts("a"))[0], "what was bought was bought").toBe("OWNED");
});

test("rule 15: an order that is cancelled before its slot was touched gives it back; the next order uses it", async () => {
  const l = await openLedger();
  await owning(l);

  expect((await cancelOrder(l, of("a"), BOUGHT)).code).toBe("ok");
  expect((await cancelOrder(l, of("a"), BOUGHT)).code).toBe("ok");

  expect(await l.maps()).toEqual({ ...EMPTY, owner: { 900: "POOL" } });
  expect(await l.get("a")).toMatchObject({ state: "CANCELLED", certId: null });
  expect(await l.ledger.redis.hget(l.ledger.keys.ledger.version("main"), CLASS)).toBe("2");
  await l.accept("b");
  expect(await l.begin("b")).toEqual({ kind: "from-pool", certId: 900 });
});

test("rule 15: a slot that is given back is as old as its purchase, and a week later no order is given it", async () => {
  const l = await openLedger();
  await owning(l);
  l.time.jump(8 * 86_400_000);
  await cancelOrder(l, of("a"), BOUGHT);
  await l.accept("b");

  expect(await l.begin("b")).toEqual({ kind: "prepared", number: 1 });
  expect(await l.pool()).toEqual(["900"]);
});

test("rule 15: a slot that is being configured, or is configured, stays with the order that is cancelled", async () => {
  const l = await openLedger();
  await owning(l, "a", 900);
  await startConfiguring(l, slotOf("a"), "hash");
  await owning(l, "b", 901);
  await startConfiguring(l, slotOf("b", 901), "hash");
  await endConfiguring(l, slotOf("b", 901));

  expect((await cancelOrder(l, of("a"), BOUGHT)).code).toBe("ok");
  expect((await cancelOrder(l, of("b"), BOUGHT)).code).toBe("ok");

  expect(await l.maps()).toEqual({ ...EMPTY, owner: { 900: "a", 901: "b" }, held: { a: "900", b: "901" } });
  expect(await l.pool()).toEqual([]);
});

test("rule 15: the slot of a cancelled order goes to the unused ones once, and only when it is its own", async () => {
  const l = await openLedger();
  await owning(l, "a", 900);
  await startConfiguring(l, slotOf("a"), "hash");
  const traces = { csrHashes: ["hash"], domains: ["a.example.com"] };
  const give = (slot = slotOf("a")) => recycleSlot(l, slot, { ...BOUGHT, traces });

  expect(await give()).toBe("CONFIGURING");
  await cancelOrder(l, of("a"), BOUGHT);
  expect(await give(slotOf("a", 901))).toBe("not the owner");
  expect(await give()).toBe("ok");
  const maps = await l.maps();
  expect(await give()).toBe("ok");
  expect(await startConfiguring(l, slotOf("a"), "hash")).toBe("CANCELLED");

  expect(maps).toMatchObject({ owner: { 900: "POOL" }, held: {} });
  expect(await l.maps()).toEqual(maps);
  expect(await l.pool()).toHaveLength(1);
  expect(await cancelOrder(l, of("a"), BOUGHT)).toEqual({ code: "ok", gaveBack: 900 });
  expect(JSON.parse((await l.ledger.redis.hget(l.ledger.keys.ledger.left("main"), "900")) ?? "")).toEqual(traces);
});

test("rule 15: a slot that was configured before and is reopened is not untouched: a cancellation keeps it until eNom is asked", async () => {
  const l = await openLedger();
  await owning(l, "a", 900);
  await startConfiguring(l, slotOf("a"), "hash");
  await reopenConfiguration(l, slotOf("a"));

  expect(await cancelOrder(l, of("a"), BOUGHT)).toEqual({ code: "ok", gaveBack: null });

  expect(await l.maps()).toMatchObject({ owner: { 900: "a" }, held: { a: "900" } });
});

test("rule 16: an order is not cancelled over a purchase in the air, not even by a run that does not know of it", async () => {
  const l = await openLedger();
  await sending(l);

  expect((await cancelOrder(l, of("a", 0), BOUGHT)).code).toBe("changed");
  expect((await cancelOrder(l, { ...of("a"), account: null }, BOUGHT)).code).toBe("changed");
  expect((await cancelOrder(l, of("a"), BOUGHT)).code).toBe("in-doubt");
  await markUnknown(l, of("a"), { reason: "no answer" });
  expect((await cancelOrder(l, of("a"), BOUGHT)).code).toBe("in-doubt");
  expect(await l.get("a")).toMatchObject({ state: "BUYING" });
});

test("rule 16: a cancelled order's parked purchase goes on explaining a slot that may still turn up", async () => {
  const l = await openLedger();
  await parked(l);

  expect((await cancelOrder(l, of("a"), BOUGHT)).code).toBe("ok");

  expect(await l.maps()).toEqual({ ...EMPTY, abandoned: { "a#1": `${CLASS}|99500` } });
});

test("an order that was never begun is cancelled without any account; one that was only prepared is never written", async () => {
  const l = await openLedger();
  await l.accept("a");
  await l.accept("b");
  await l.begin("b");

  expect((await cancelOrder(l, { ...of("a", 0), account: null }, BOUGHT)).code).toBe("ok");
  expect((await cancelOrder(l, of("b"), BOUGHT)).code).toBe("ok");

  expect([(await l.get("a")).state, (await l.get("b")).state]).toEqual(["CANCELLED", "CANCELLED"]);
  expect(await l.attempts("b")).toEqual(["VOID"]);
});

test("rule 16: a parked purchase is bought again once for one decision about it", async () => {
  const l = await openLedger();
  await parked(l);
  const decision = { id: "not-bought by ops", reason: "nothing to be seen (ops)" };

  const answers = await Promise.all([1, 2].map(() => buyAgain(l, of("a"), decision)));

  expect(answers).toEqual(["ok", "ok"]);
  expect(await findAttempt(l, "a", 1)).toMatchObject({ state: "REJECTED", evidence: decision.reason });
  expect(await l.maps()).toEqual({ ...EMPTY, abandoned: { "a#1": `${CLASS}|99500` } });
  expect(await buyAgain(l, of("a"), { ...decision, id: "too late" })).toBe("BUYING");
  expect(await l.begin("a", 1)).toEqual({ kind: "prepared", number: 2 });
});

test("rule 16: a decision about one purchase decides nothing about the next one", async () => {
  const l = await openLedger();
  await parked(l);
  const decision = { id: "not-bought by ops", reason: "nothing to be seen (ops)" };
  await buyAgain(l, of("a"), decision);
  await l.begin("a", 1);
  await l.gate(ticket("a", 2));
  await markUnknown(l, of("a", 2), { reason: "no answer" });
  await parkAttempt(l, ticket("a", 2), "nothing was found");

  expect(await buyAgain(l, of("a"), decision), "done before").toBe("ok");
  expect(await buyAgain(l, of("a"), { ...decision, id: "another" })).toBe("changed");

  expect([(await l.attempts("a"))[1], (await l.get("a")).state]).toEqual(["PARKED", "PARKED"]);
});

test("rule 16: nobody decides on a purchase that a machine is still looking for", async () => {
  const l = await openLedger();
  await inDoubt(l);

  expect(await buyAgain(l, of("a"), { id: "too early", reason: "impatient" })).toBe("BUYING");
  expect(await l.attempts("a")).toEqual(["UNKNOWN"]);
});
