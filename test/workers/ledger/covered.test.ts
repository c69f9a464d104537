// Purchases that were overtaken: their order was served from eNom's list, was given up, or ended, before the own answer came.
import { expect, test } from "vitest";
import { markUnknown } from "../../../src/workers/ledger/attempt-results.ts";
import { enterSlot, settleCovered } from "../../../src/workers/ledger/maintenance.ts";
import { buyAgain, cancelOrder, refundSeen } from "../../../src/workers/ledger/transitions.ts";
import { SETTLE_MS } from "../../support/time.ts";
import { abandoned, CLASS, EMPTY, inDoubt, of, openLedger, parked, SERVICE, sending, ticket } from "./ledger.ts";

const LIST = { by: "list" } as const;
const BOUGHT = { service: SERVICE, years: 1 };

test("rule 9: an order that is served from eNom's list stays in the air as COVERED; settled it is served for good", async () => {
  const l = await openLedger();
  await sending(l, "a");
  await inDoubt(l, "b");
  await l.claim({ reference: "a", certId: 900 }, LIST);
  expect([await l.attempts("a"), (await l.maps()).unsettled]).toEqual([["COVERED"], { "a#1": "C", "b#1": "U" }]);
  expect(await l.get("a")).toMatchObject({ state: "OWNED", certId: 900 });

  await l.time.pass(SETTLE_MS + 1_000);
  await l.claim({ reference: "b", certId: 901 }, LIST);

  expect([await l.attempts("b"), (await l.maps()).unsettled]).toEqual([["OWNED"], { "a#1": "C" }]);
  expect(await settleCovered(l, of("a"))).toBe(true);
  expect([await l.attempts("a"), (await l.maps()).unsettled]).toEqual([["OWNED"], {}]);
});

test("rule 9: only Redis' time is over: an order served from the list is not yet settled", async () => {
  const l = await openLedger();
  await inDoubt(l);
  l.time.jump(2 * SETTLE_MS);

  await l.claim({ reference: "a", certId: 900 }, LIST);

  expect(await l.attempts("a")).toEqual(["COVERED"]);
});

test("rule 9: only watched time is over: an order served from the list is not yet settled either", async () => {
  const l = await openLedger();
  await inDoubt(l);
  await l.time.pass(SETTLE_MS + 1_000);
  l.time.jump(-SETTLE_MS);

  await l.claim({ reference: "a", certId: 900 }, LIST);

  expect(await l.attempts("a")).toEqual(["COVERED"]);
});

test("an order that was served from the list is not served once more", async () => {
  const l = await openLedger();
  await sending(l);
  await l.claim({ reference: "a", certId: 900 }, LIST);

  expect(await l.claim({ reference: "a", certId: 901 }, LIST)).toEqual({ kind: "wrong-state", state: "COVERED" });
  expect(await l.maps()).toEqual({ ...EMPTY, owner: { 900: "a" }, held: { a: "900" }, unsettled: { "a#1": "C" } });
});

test("the own answer ends a purchase whose order was served from the list, whichever slot it names", async () => {
  const l = await openLedger();
  await sending(l, "a");
  await sending(l, "b");
  await l.claim({ reference: "a", certId: 900 }, LIST);
  await l.claim({ reference: "b", certId: 901 }, LIST);

  expect(await l.claim({ reference: "a", certId: 900 })).toEqual({ kind: "ok" });
  expect(await l.claim({ reference: "b", certId: 902 })).toEqual({ kind: "holds-another", certId: 901 });

  expect(await l.maps()).toEqual({
    ...EMPTY,
    owner: { 900: "a", 901: "b", 902: "POOL" },
    held: { a: "900", b: "901" },
  });
  expect([await l.attempts("a"), await l.attempts("b")]).toEqual([["OWNED"], ["OWNED"]]);
});

test("a slot that turns up behind an abandoned purchase is spare, and no suspicion is left, whether or not the order has bought again", async () => {
  for (const boughtAgain of [false, true]) {
    const l = await openLedger();
    await abandoned(l);
    expect((await l.maps()).abandoned).toHaveProperty("a#1");
    if (boughtAgain) {
      await l.begin("a", 1);
      await l.gate(ticket("a", 2));
      await l.claim({ reference: "a", number: 2, certId: 901 });
    }

    expect(await l.claim({ reference: "a", certId: 900 })).toEqual({ kind: "surplus" });

    expect([await l.pool(), (await l.maps()).owner[900], (await l.maps()).abandoned]).toEqual([["900"], "POOL", {}]);
    expect((await l.attempts("a"))[0]).toBe("ABANDONED");
    expect(await l.claim({ reference: "a", certId: 900 })).toMatchObject({ kind: "wrong-state" });
  }
});

test("a slot that turns up behind a purchase which a person had said was not made is spare", async () => {
  const l = await openLedger();
  await parked(l);
  await buyAgain(l, of("a"), { id: "not-bought", reason: "nothing to be seen (ops)" });

  expect(await l.claim({ reference: "a", certId: 900 })).toEqual({ kind: "surplus" });
  expect([await l.pool(), (await l.get("a")).state]).toEqual([["900"], "BUYING"]);
});

test("rule 15: the late answer of an order that was cancelled leaves a spare slot, not one for an order that is over", async () => {
  for (const named of [900, 901]) {
    const l = await openLedger();
    await sending(l);
    await l.claim({ reference: "a", certId: 900 }, LIST);
    expect((await cancelOrder(l, of("a"), BOUGHT)).code).toBe("ok");

    await l.claim({ reference: "a", certId: named });

    expect(await l.maps()).toEqual({ ...EMPTY, owner: { 900: "POOL", [named]: "POOL" } });
    expect(new Set(await l.pool())).toEqual(new Set(["900", `${named}`]));
  }
});

test("rule 12: the late answer of an earlier purchase leaves a spare slot while a later one of the same order is in doubt", async () => {
  const l = await openLedger();
  await sending(l);
  await l.claim({ reference: "a", certId: 900 }, LIST);
  await refundSeen(l, { reference: "a", account: "main", certId: 900, ...BOUGHT });
  await buyAgain(l, of("a"), { id: "refunded", reason: "the money came back (ops)" });
  await l.begin("a", 1);
  await l.gate(ticket("a", 2));
  await markUnknown(l, of("a", 2), { reason: "no answer" });

  expect(await l.claim({ reference: "a", number: 1, certId: 901 })).toEqual({ kind: "surplus" });

  expect([await l.attempts("a"), (await l.get("a")).state]).toEqual([["OWNED", "UNKNOWN"], "BUYING"]);
  expect(await l.claim({ reference: "a", number: 2, certId: 901 }, LIST)).toEqual({ kind: "ok" });
  expect((await l.maps()).unsettled).toEqual({ "a#2": "C" });
});

test("a late answer that names a slot which is spare already takes nobody else's explanation away", async () => {
  const l = await openLedger();
  await abandoned(l, "a");
  await abandoned(l, "b");
  await enterSlot(l, { account: "main", certId: 900, slotClass: CLASS, boughtAt: l.time.ms() }, "POOL");

  expect(await l.claim({ reference: "a", certId: 900 })).toMatchObject({
    kind: expect.stringMatching(/surplus|wrong-state/),
  });
  expect(await l.claim({ reference: "b", certId: 900 })).toMatchObject({
    kind: expect.stringMatching(/surplus|wrong-state/),
  });

  expect(Object.keys((await l.maps()).abandoned)).toHaveLength(1);
});
