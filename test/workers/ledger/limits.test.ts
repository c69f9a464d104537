// How much may be in the air and how much may be spent (rule 5 and the guards of an account), by the ledger's scripts alone.

import { expect, test } from "vitest";
import { markNotSent, markRejected, markUnknown, parkAttempt } from "../../../src/workers/ledger/attempt-results.ts";
import { findTooMuch, type Limits } from "../../../src/workers/ledger/begin.ts";
import { settleCovered, switchPurchases } from "../../../src/workers/ledger/maintenance.ts";
import { SETTLE_MS } from "../../support/time.ts";
import { inDoubt, intent, of, openLedger, ROOMY, sending, type TestLedger, ticket } from "./ledger.ts";

const HOUR_MS = 3_600_000;

/** What `begin` would say of one more order like these. */
function more(l: TestLedger, limits: Partial<Limits> = {}): Promise<string | undefined> {
  return findTooMuch(l, intent("more"), { ...ROOMY, ...limits });
}

test("rule 5: no more purchases of a class, and no more money, are in the air than is allowed, for begin and gate alike", async () => {
  const l = await openLedger();
  await sending(l);
  await l.accept("b");

  for (const limits of [{ maxUnsettled: 1 }, { maxUnsettledMoney: "19.89" }]) {
    const full = "maxUnsettled" in limits ? "too-many" : "too-much";
    expect(await l.begin("b", 0, limits)).toEqual({ kind: full });
    expect(await more(l, limits)).toBe(full);
  }
  const enough = { maxUnsettled: 2, maxUnsettledMoney: "19.90" };
  expect(await more(l, enough)).toBeUndefined();
  expect(await l.begin("b", 0, enough)).toMatchObject({ kind: "prepared" });
  await expect(l.gate(ticket("b"), { maxUnsettled: 1 })).rejects.toThrow("too-many");
  await expect(l.gate(ticket("b"), { maxUnsettledMoney: "19.89" })).rejects.toThrow("too-much");
  await l.gate(ticket("b"), enough);
});

test("rule 5: purchases of another class count as money and not as places", async () => {
  const l = await openLedger();
  await sending(l);
  const other = { ...intent("more"), years: 2, price: "18.00" };

  expect(await findTooMuch(l, other, { ...ROOMY, maxUnsettled: 1 })).toBeUndefined();
  expect(await findTooMuch(l, other, { ...ROOMY, maxUnsettledMoney: "27.94" })).toBe("too-much");
  expect(await findTooMuch(l, other, { ...ROOMY, maxUnsettledMoney: "27.95" })).toBeUndefined();
});

test("rule 5: an unanswered purchase keeps its place past T_settle; parked, refused or not sent it leaves it", async () => {
  const l = await openLedger();
  const one = { maxUnsettled: 1 };
  await inDoubt(l);
  await l.time.pass(SETTLE_MS + 1);
  expect(await more(l, one)).toBe("too-many");
  await parkAttempt(l, ticket("a"), "nothing was found");
  expect(await more(l, one)).toBeUndefined();

  await sending(l, "b");
  expect(await more(l, one)).toBe("too-many");
  await markRejected(l, ticket("b"), "no", false);
  expect(await more(l, one)).toBeUndefined();
  await l.begin("b", 1);
  await l.gate(ticket("b", 2));
  await markNotSent(l, ticket("b", 2), "too late");
  expect(await more(l, one)).toBeUndefined();
});

test("rule 5: an order that was served from eNom's list keeps its place until T_settle, then leaves it by itself", async () => {
  const l = await openLedger();
  const one = { maxUnsettled: 1 };
  await sending(l);
  await l.claim({ reference: "a", certId: 900 }, { by: "list" });

  await l.time.pass(SETTLE_MS - 1_000);
  expect(await more(l, one)).toBe("too-many");
  expect(await more(l, { maxUnsettledMoney: "19.89" })).toBe("too-much");
  await l.time.pass(1_001);
  expect(await more(l, one)).toBeUndefined();
  expect(await more(l, { maxUnsettledMoney: "9.95" })).toBeUndefined();
  expect(await settleCovered(l, of("a"))).toBe(true);
});

test("spend guards: an hour and a day have their caps, counted from each gate, and what was surely not spent does not count", async () => {
  const l = await openLedger();
  await sending(l);
  await l.claim({ reference: "a", certId: 900 });

  expect(await more(l, { perHour: "19.89" })).toBe("hour-spent");
  expect(await more(l, { perDay: "19.89" })).toBe("day-spent");
  expect(await more(l, { perHour: "19.90", perDay: "19.90" })).toBeUndefined();
  await l.accept("b");
  expect(await l.begin("b", 0, { perHour: "19.89" })).toEqual({ kind: "hour-spent" });
  await l.begin("b");
  await expect(l.gate(ticket("b"), { perDay: "19.89" })).rejects.toThrow("day-spent");
  await l.gate(ticket("b"), { perHour: "19.90" });
  await markRejected(l, ticket("b"), "no", false);
  expect(await more(l, { perHour: "19.90" })).toBeUndefined();

  l.time.jump(HOUR_MS + 1_000);
  expect(await more(l, { perHour: "9.95" })).toBeUndefined();
  expect(await more(l, { perDay: "19.89" })).toBe("day-spent");
  l.time.jump(23 * HOUR_MS);
  expect(await more(l, { perDay: "9.95" })).toBeUndefined();
});

test("spend guards: what is older than a day is forgotten with the next gate", async () => {
  const l = await openLedger();
  const spent = (): Promise<string[]> => l.ledger.redis.zrange(l.ledger.keys.ledger.spent("main"), "0", "-1");
  await sending(l);
  l.time.jump(24 * HOUR_MS + 1_000);

  await sending(l, "b");

  expect(await spent()).toEqual(["b#1|99500"]);
});

test("the switch: purchases of an account stop at the next gate, and go on when a person says so", async () => {
  const l = await openLedger();
  await l.accept("a");
  await l.begin("a");
  await switchPurchases(l, "main", "off", "strange prices (ops)");

  expect(await more(l)).toBe("stopped");
  expect(await l.begin("a", 1)).toEqual({ kind: "stopped" });
  await expect(l.gate(ticket("a"))).rejects.toThrow("stopped");
  expect(await l.attempts("a")).toEqual(["PREPARED"]);

  await switchPurchases(l, "main", "on", "prices are right (ops)");
  await l.gate(ticket("a"));
});

test("rule 11: where a machine may buy again, a class rests behind a doubt of some age, so that the doubt can be decided", async () => {
  const l = await openLedger();
  const mayBuyAgain = { rebuyBudget: 1 };
  await inDoubt(l);
  await l.accept("b");
  await l.begin("b");

  await l.time.pass(SETTLE_MS * 0.2 - 1_000);
  expect(await more(l, mayBuyAgain)).toBeUndefined();
  await l.time.pass(1_000);
  expect(await more(l, mayBuyAgain)).toBe("resting");
  expect(await l.begin("b", 1, mayBuyAgain)).toEqual({ kind: "resting" });
  await expect(l.gate(ticket("b"), mayBuyAgain)).rejects.toThrow("resting");
  expect(await more(l), "where only people decide, nothing rests").toBeUndefined();
  const otherClass = { ...intent("more"), years: 2 };
  expect(await findTooMuch(l, otherClass, { ...ROOMY, ...mayBuyAgain })).toBeUndefined();

  await l.claim({ reference: "a", certId: 900 }, { by: "list" });
  expect(await more(l, mayBuyAgain), "what was served is no doubt").toBeUndefined();
});

test("rule 11: a class also rests behind a purchase whose process was not heard of again", async () => {
  const l = await openLedger();
  await sending(l);
  await l.time.pass(SETTLE_MS * 0.2);

  expect(await more(l, { rebuyBudget: 1 })).toBe("resting");
  await markUnknown(l, of("a"), { reason: "no answer" });
  await parkAttempt(l, ticket("a"), "nothing was found");
  expect(await more(l, { rebuyBudget: 1 })).toBeUndefined();
});
