// Giving up a purchase that was not made, rule 11 of purchase safety: each condition that the ledger knows of keeps it from that alone.
import { expect, test } from "vitest";
import { type Abandoned, abandonAttempt, noteAbsence } from "../../../src/workers/ledger/abandon.ts";
import { findAttempt } from "../../../src/workers/ledger/attempt.ts";
import { markUnknown } from "../../../src/workers/ledger/attempt-results.ts";
import { SETTLE_MS } from "../../support/time.ts";
import {
  abandoned,
  CLASS,
  EMPTY,
  inDoubt,
  intent,
  of,
  openLedger,
  sending,
  type TestLedger,
  ticket,
} from "./ledger.ts";

const EVIDENCE = { lists: [1, 2], certificates: 0, digest: "nothing of the class" };

/** What the ledger says when everything that eNom can show was seen to be absent. */
function giveUp(l: TestLedger, { reference = "a", number = 1, version = 0, rebuyBudget = 1 } = {}): Promise<Abandoned> {
  return abandonAttempt(l, ticket(reference, number), { version, rebuyBudget, evidence: EVIDENCE });
}

const nothingChanged = async (l: TestLedger): Promise<void> => {
  expect([await l.attempts("a"), (await l.get("a")).rebuys]).toEqual([["UNKNOWN"], 0]);
  const { unsettled, abandoned } = await l.maps();
  expect([unsettled, abandoned]).toEqual([{ "a#1": "U" }, {}]);
};

test("rule 11: a settled purchase that eNom does not show is given up, with the evidence on record, and one more may begin", async () => {
  const l = await openLedger();
  await inDoubt(l);
  await l.time.pass(SETTLE_MS);

  expect(await giveUp(l)).toBe("abandoned");

  const given = await findAttempt(l, "a", 1);
  expect(given?.state).toBe("ABANDONED");
  expect(JSON.parse(given?.evidence ?? "")).toEqual(EVIDENCE);
  expect(await l.maps()).toEqual({ ...EMPTY, abandoned: { "a#1": `${CLASS}|99500` } });
  expect(await l.get("a")).toMatchObject({ state: "BUYING", rebuys: 1 });
  expect(await l.begin("a", 1)).toEqual({ kind: "prepared", number: 2 });
});

test("rule 11: nothing is given up before it is settled by both clocks", async () => {
  const l = await openLedger();
  await inDoubt(l);
  await l.time.pass(SETTLE_MS - 1_000);
  expect(await giveUp(l)).toBe("unsettled");
  l.time.jump(SETTLE_MS);

  expect(await giveUp(l), "time has jumped and nobody watched").toBe("unsettled");
  l.time.jump(-2 * SETTLE_MS);
  await l.time.pass(SETTLE_MS);
  expect(await giveUp(l), "it was watched, and time was set back").toBe("unsettled");

  await nothingChanged(l);
});

test("rule 11: every other purchase of the class must be settled, too, whether it was answered, is in doubt or was served", async () => {
  for (const other of ["sending", "unknown", "covered"]) {
    const l = await openLedger();
    await inDoubt(l, "a");
    await l.time.pass(SETTLE_MS);
    await sending(l, "b");
    if (other === "unknown") await markUnknown(l, of("b"), { reason: "no answer" });
    if (other === "covered") await l.claim({ reference: "b", certId: 900 }, { by: "list" });
    const version = other === "covered" ? 1 : 0;

    expect(await giveUp(l, { version }), other).toBe("unsettled");
    await l.time.pass(SETTLE_MS);
    expect(await giveUp(l, { version }), `${other} and settled`).toBe("abandoned");
  }
});

test("rule 11: purchases of another class have no say", async () => {
  const l = await openLedger();
  await inDoubt(l, "a");
  await l.time.pass(SETTLE_MS);
  await sending(l, "b");
  const key = l.ledger.keys.ledger.unsettled("main");
  const entry = await l.ledger.redis.hget(key, "b#1");
  await l.ledger.redis.hset(key, "b#1", (entry ?? "").replace("/1/1|", "/2/1|"));

  expect(await giveUp(l)).toBe("abandoned");
});

test("rule 11: a slot of the class that changed hands since the list began sends the lookers back to the list", async () => {
  const l = await openLedger();
  await sending(l, "b");
  await inDoubt(l, "a");
  await l.time.pass(SETTLE_MS);
  await l.claim({ reference: "b", certId: 900 });

  expect(await giveUp(l)).toBe("changed");

  await nothingChanged(l);
  expect(await giveUp(l, { version: 1 })).toBe("abandoned");
});

test("rule 11: while a young spare slot is there nothing is bought again", async () => {
  const l = await openLedger();
  await inDoubt(l);
  await l.time.pass(SETTLE_MS);
  const pool = l.ledger.keys.ledger.pool("main", CLASS);
  await l.ledger.redis.zadd(pool, l.time.ms(), 900);

  expect(await giveUp(l)).toBe("changed");
  await nothingChanged(l);

  await l.ledger.redis.zadd(pool, l.time.ms() - 7.1 * 86_400_000, 900);
  expect(await giveUp(l)).toBe("abandoned");
});

test("rule 11: an order is bought again as often as its budget says, and not once more", async () => {
  const l = await openLedger();
  await inDoubt(l);
  await l.time.pass(SETTLE_MS);
  expect(await giveUp(l, { rebuyBudget: 0 })).toBe("budget-spent");
  await nothingChanged(l);

  expect(await giveUp(l)).toBe("abandoned");
  await l.begin("a", 1);
  await l.gate(ticket("a", 2));
  await markUnknown(l, of("a", 2), { reason: "no answer" });
  await l.time.pass(SETTLE_MS);

  expect(await giveUp(l, { number: 2 })).toBe("budget-spent");
  expect(await giveUp(l, { number: 2, rebuyBudget: 2 })).toBe("abandoned");
  expect((await l.get("a")).rebuys).toBe(2);
});

test("rule 11: only a purchase in doubt is given up, and it is the newest of an order that is buying and holds nothing", async () => {
  const l = await openLedger();
  const { redis, keys } = l.ledger;
  await sending(l);
  await l.time.pass(SETTLE_MS);
  expect(await giveUp(l), "its sender may still tell").toBe("late");
  await markUnknown(l, of("a"), { reason: "no answer" });

  await redis.hset(keys.certificate("a"), "state", "PARKED");
  expect(await giveUp(l)).toBe("late");
  await redis.hset(keys.certificate("a"), "state", "BUYING", "attempt", 2);
  expect(await giveUp(l)).toBe("late");
  await redis.hset(keys.certificate("a"), "attempt", 1);
  await redis.hset(keys.ledger.held("main"), "a", 900);
  expect(await giveUp(l)).toBe("holds");

  await nothingChanged(l);
});

test("rule 11: two that give up the same purchase do it once", async () => {
  const l = await openLedger();
  await inDoubt(l);
  await l.time.pass(SETTLE_MS);

  expect(await Promise.all([giveUp(l), giveUp(l)])).toEqual(["abandoned", "late"]);
  expect((await l.get("a")).rebuys).toBe(1);
});

test("rule 8: a time-out that comes behind it does not revive a purchase that was given up", async () => {
  const l = await openLedger();
  await abandoned(l);

  expect(await markUnknown(l, of("a"), { reason: "time-out" })).toBe(false);

  expect([await l.attempts("a"), (await l.maps()).unsettled]).toEqual([["ABANDONED"], {}]);
});

test("rule 11: the first of the two lists is noted at a purchase in doubt, for whichever process reads the second", async () => {
  const l = await openLedger();
  const seen = { version: 3, digest: "abc", begunAt: 5 };
  await sending(l);
  await noteAbsence(l, of("a"), seen);
  expect((await findAttempt(l, "a", 1))?.absence).toBeUndefined();
  await markUnknown(l, of("a"), { reason: "no answer" });

  await noteAbsence(l, of("a"), seen);

  expect((await findAttempt(l, "a", 1))?.absence).toEqual(seen);
});

test("the money of a purchase that was given up counts no more, and the next one's does", async () => {
  const l = await openLedger();
  await abandoned(l);
  await l.begin("a", 1);
  await l.gate(ticket("a", 2), { maxUnsettled: 1, maxUnsettledMoney: intent("a").price });

  expect((await l.maps()).unsettled).toEqual({ "a#2": "S" });
});
