// The invariants that are asserted while the fleet runs: each one, broken on purpose, is named.
import { expect, test } from "vitest";
import { faultsOfLedger } from "../../../src/workers/audit/invariants.ts";
import { inDoubt, openLedger, owning, parked, sending } from "../ledger/ledger.ts";

test("a ledger in which everything happened the right way has no faults", async () => {
  const l = await openLedger();
  await owning(l, "a", 900);
  await parked(l, "b");
  await inDoubt(l, "c");
  await sending(l, "d");
  await l.claim({ reference: "d", certId: 901 }, { by: "list" });
  await l.ledger.redis.hset(l.ledger.keys.ledger.owner("main"), {
    ...{ 700: "LEGACY", 701: "FOREIGN", 702: "REFUNDED", 703: "POOL" },
  });

  expect(await faultsOfLedger(l, "main")).toEqual([]);
});

test("I1: a slot whose order holds another one, or none, is named, and so is an order that holds another order's slot", async () => {
  const l = await openLedger();
  const { redis, keys } = l.ledger;
  await owning(l, "a", 900);
  await redis.hset(keys.ledger.owner("main"), 901, "a");
  await redis.hset(keys.ledger.held("main"), "b", 902);

  expect(await faultsOfLedger(l, "main")).toEqual([
    "I1: slot 901 belongs to a, which does not hold it.",
    "I1: b holds slot 902, which is not its own.",
  ]);
});

test("I3: an order with two purchases in the air is named; one that was served while its purchase settles is not", async () => {
  const l = await openLedger();
  const { redis, keys } = l.ledger;
  await sending(l, "a");
  await sending(l, "b");
  await l.claim({ reference: "b", certId: 900 }, { by: "list" });
  const entry = (await redis.hget(keys.ledger.unsettled("main"), "a#1")) ?? "";
  await redis.hset(keys.ledger.unsettled("main"), { "b#2": entry });
  expect(await faultsOfLedger(l, "main")).toEqual([]);

  await redis.hset(keys.ledger.unsettled("main"), { "a#2": entry });

  expect(await faultsOfLedger(l, "main")).toEqual(["I3: a has two open attempts."]);
});
