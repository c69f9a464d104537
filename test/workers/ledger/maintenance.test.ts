// How the ledger is kept, rule 9 of purchase safety above all: nothing settles before T_settle was over and watched.
import { expect, test } from "vitest";
import { findAttempt, isSettled } from "../../../src/workers/ledger/attempt.ts";
import {
  dwellOn,
  enterSlot,
  findFrozen,
  freeze,
  settleCovered,
  thaw,
} from "../../../src/workers/ledger/maintenance.ts";
import { viewLedger } from "../../../src/workers/ledger/view.ts";
import { SETTLE_MS } from "../../support/time.ts";
import { abandoned, CLASS, inDoubt, of, openLedger, owning, parked, sending, type TestLedger } from "./ledger.ts";

const MINUTE_MS = 60_000;

const dwell = async (l: TestLedger): Promise<number> => (await viewLedger(l, "main", [])).dwell;

/** Order `a`, served from eNom's list. */
async function covered(l: TestLedger): Promise<void> {
  await sending(l);
  await l.claim({ reference: "a", certId: 900 }, { by: "list" });
}

test("rule 9: an hour that Redis' clock jumped settles nothing; only watched time does, too", async () => {
  const l = await openLedger();
  await covered(l);

  l.time.jump(60 * MINUTE_MS);
  expect(await settleCovered(l, of("a"))).toBe(false);
  await dwellOn(l, "main", 60 * MINUTE_MS);
  expect(await settleCovered(l, of("a")), "one visit is worth a minute at most").toBe(false);
  await l.time.pass(SETTLE_MS);
  expect(await settleCovered(l, of("a"))).toBe(true);

  expect([await l.attempts("a"), (await l.maps()).unsettled]).toEqual([["OWNED"], {}]);
  expect(await settleCovered(l, of("a"))).toBe(false);
});

test("rule 9: watched time alone settles nothing when Redis' clock was set back", async () => {
  const l = await openLedger();
  await covered(l);

  await l.time.pass(SETTLE_MS);
  l.time.jump(-60 * MINUTE_MS);
  expect(await settleCovered(l, of("a"))).toBe(false);

  l.time.jump(60 * MINUTE_MS);
  expect(await settleCovered(l, of("a"))).toBe(true);
});

test("rule 9: a visit counts a minute at most, never more than the ledger's own time went on, and never backwards", async () => {
  const l = await openLedger();
  await dwellOn(l, "main", 0);
  const start = await dwell(l);
  const gain = async (): Promise<number> => (await dwell(l)) - start;

  l.time.jump(10 * MINUTE_MS);
  await dwellOn(l, "main", 10 * MINUTE_MS);
  expect(await gain()).toBe(MINUTE_MS);
  await dwellOn(l, "main", MINUTE_MS);
  expect(await gain(), "a second keeper counts no time twice").toBeLessThan(MINUTE_MS + 1_000);
  l.time.jump(10 * MINUTE_MS);
  await dwellOn(l, "main", 5_000);
  expect(await gain(), "what the visitor itself has seen").toBeLessThan(MINUTE_MS + 6_000);
  const before = await gain();
  l.time.jump(-10 * MINUTE_MS);
  await dwellOn(l, "main", MINUTE_MS);
  await dwellOn(l, "main", -5_000);
  expect(await gain()).toBe(before);
});

test("rule 9: the time since the last visit counts before a gate, not behind it", async () => {
  const l = await openLedger();
  await dwellOn(l, "main", 0);
  l.time.jump(50_000);
  await covered(l);

  await dwellOn(l, "main", 50_000);

  const { gateDwell = 0 } = (await findAttempt(l, "a", 1)) ?? {};
  expect((await dwell(l)) - gateDwell, "nothing was watched since the gate").toBeLessThanOrEqual(0);
  await l.time.pass(SETTLE_MS - 1_000);
  expect(await settleCovered(l, of("a"))).toBe(false);
  await l.time.pass(2_000);
  expect(await settleCovered(l, of("a"))).toBe(true);
});

test("rule 9: settled means both clocks, at T_settle to the millisecond", () => {
  const at = { gateAt: 1_000, gateDwell: 500 };
  const over = { now: 1_000 + SETTLE_MS, dwell: 500 + SETTLE_MS, settleMs: SETTLE_MS };

  expect(isSettled(at, over)).toBe(true);
  expect(isSettled(at, { ...over, now: over.now - 1 })).toBe(false);
  expect(isSettled(at, { ...over, dwell: over.dwell - 1 })).toBe(false);
  expect(isSettled({}, over)).toBe(false);
});

test("rule 9: only what was served settles by itself; what is in doubt waits for a decision", async () => {
  const l = await openLedger();
  await inDoubt(l, "a");
  await sending(l, "b");
  await l.time.pass(SETTLE_MS);

  expect(await settleCovered(l, of("a"))).toBe(false);
  expect(await settleCovered(l, of("b"))).toBe(false);
  expect(await settleCovered(l, of("nobody"))).toBe(false);
  expect((await l.maps()).unsettled).toEqual({ "a#1": "U", "b#1": "S" });
});

test("rule 13: a spare slot that turned up is entered once and explains one purchase of its class that was given up", async () => {
  const l = await openLedger();
  await abandoned(l, "a");
  await abandoned(l, "b");
  const found = { account: "main", certId: 900, slotClass: CLASS, boughtAt: l.time.ms() };

  expect(await enterSlot(l, { ...found, certId: 899, slotClass: "another/1/1" }, "POOL")).toBe(true);
  expect(Object.keys((await l.maps()).abandoned)).toHaveLength(2);
  expect(await enterSlot(l, found, "POOL")).toBe(true);
  expect(await enterSlot(l, found, "POOL")).toBe(false);
  expect(Object.keys((await l.maps()).abandoned)).toHaveLength(1);
  expect(await enterSlot(l, { ...found, certId: 901 }, "REFUNDED")).toBe(true);
  expect(await enterSlot(l, { ...found, certId: 902 }, "FOREIGN")).toBe(true);

  expect(Object.keys((await l.maps()).abandoned)).toHaveLength(1);
  expect((await l.maps()).owner).toMatchObject({ 900: "POOL", 901: "REFUNDED", 902: "FOREIGN" });
  expect(await l.pool()).toEqual(["900"]);
});

test("rule 15: a spare slot that eNom gave the money back for is no spare any more; an order's own is its order's matter", async () => {
  const l = await openLedger();
  await owning(l, "a", 901);
  await l.accept("b");
  const place = { account: "main", slotClass: CLASS, boughtAt: l.time.ms() };
  await enterSlot(l, { ...place, certId: 900 }, "POOL");

  expect(await enterSlot(l, { ...place, certId: 900 }, "REFUNDED")).toBe(true);
  expect(await enterSlot(l, { ...place, certId: 901 }, "REFUNDED")).toBe(false);
  expect(await enterSlot(l, { ...place, certId: 900 }, "POOL")).toBe(false);

  expect([(await l.maps()).owner, await l.pool()]).toEqual([{ 900: "REFUNDED", 901: "a" }, []]);
  expect(await l.begin("b")).toEqual({ kind: "prepared", number: 1 });
});

test("rule 15: a spare slot is young by the day it was bought, however late it became spare", async () => {
  const l = await openLedger();
  await l.accept("b");
  await enterSlot(
    l,
    { account: "main", certId: 900, slotClass: CLASS, boughtAt: l.time.ms() - 7.1 * 86_400_000 },
    "POOL",
  );

  expect(await l.begin("b")).toEqual({ kind: "prepared", number: 1 });
});

test("rule 3: the first reason to freeze stays, and a person's words end it", async () => {
  const l = await openLedger();
  await freeze(l, "main", "somebody else buys here");
  await freeze(l, "main", "and another thing");
  expect(await findFrozen(l, "main")).toBe("somebody else buys here");

  expect(await thaw(l, "main", "it was a colleague (ops)")).toBe(true);
  expect(await thaw(l, "main", "again")).toBe(false);

  expect(await findFrozen(l, "main")).toBeUndefined();
  const kept = (await l.lines()).filter(({ step }) => step === "thaw");
  expect(kept.flatMap(({ writes }) => writes.flat())).toContain("it was a colleague (ops)");
});

test("rules 10 and 13: the ledger shows in one moment whose the listed slots are, what is in the air, and what may still turn up", async () => {
  const l = await openLedger();
  await abandoned(l, "a");
  await parked(l, "b");
  await sending(l, "c");
  await inDoubt(l, "d#1");
  await l.claim({ reference: "c", certId: 900 }, { by: "list" });
  await enterSlot(l, { account: "main", certId: 901, slotClass: CLASS, boughtAt: l.time.ms() }, "FOREIGN");

  const view = await viewLedger(l, "main", [900, 901, 902]);

  expect([...view.owners]).toEqual([
    [900, "c"],
    [901, "FOREIGN"],
  ]);
  expect(view.inFlight.map(({ reference, number, flag }) => `${reference} ${number} ${flag}`).sort()).toEqual([
    "c 1 C",
    "d#1 1 U",
  ]);
  expect(view.inFlight.every(({ slotClass, gateAt }) => slotClass === CLASS && gateAt <= view.now)).toBe(true);
  expect([view.version(CLASS), view.version("another/1/1")]).toEqual([2, 0]);
  expect([view.parked(CLASS), view.abandoned(CLASS), view.parked("another/1/1")]).toEqual([1, 1, 0]);
});
