// Redis and journal are lost, and a backup is put back that does not know what was bought since. eNom's books are counted: no
// order is bought twice, and none is lost.
import { expect, test } from "vitest";
import { found, rebuild, status, thaw } from "../../../src/workers/commands/ledger.ts";
import { advanceOrder } from "../../../src/workers/open/workflow.ts";
import { orderNeeds } from "../../support/needs.ts";
import { world } from "../../support/world.ts";
import { asked, prove } from "../commands/said.ts";
import { drive, get, RAPIDSSL, withCode } from "../open/runs.ts";
import { backUp, compare, configured, ordersOf, quick, slotsOf, soldBy } from "./support.ts";

test("rule 3: after a restore nothing is bought before eNom was compared; each order gets what was bought for it", async () => {
  const w = await world();
  await drive(w, await w.accept({}), configured);
  const waiting = await w.accept({ cn: "waiting.example.com" });
  const doubtful = await w.accept({ cn: "doubtful.example.com" });
  w.enom.fault("PurchaseServices", { kind: "lose-answer" });
  await advanceOrder(doubtful, orderNeeds(w)); // bought, and its answer is lost
  const restore = await backUp(w);

  await drive(w, waiting, configured);
  await w.time.pass(20_000);
  await drive(w, doubtful, configured);
  const [lost, unsent] = [await w.accept({ cn: "lost.example.com" }), await w.accept({ cn: "unsent.example.com" })];
  await drive(w, lost, configured);
  w.enom.colleague.buys(RAPIDSSL, 1); // as a worker that dies before it configures the slot
  const renamed = await w.accept({ cn: "renamed.example.com" });
  await drive(w, renamed, configured);
  const before = await slotsOf(w, [waiting, doubtful, lost, renamed]);
  const sentAgain = await ordersOf(w, [lost, unsent]);
  const count = soldBy(w);

  const needs = await restore();
  expect(await status(asked(w), "main")).toMatchObject([
    { state: "frozen", reason: expect.stringMatching(/^restored from/) },
  ]);
  for (const order of sentAgain) await w.certificates.accept(order, new Date());
  await w.accept({ reference: renamed, cn: "renamed.example.com" }); // with another key, hence another CSR
  for (const reference of [waiting, lost]) await drive(w, reference, withCode("ledger-frozen"), needs);
  expect(await rebuild(asked(w), { account: "main", reason: "try" })).toEqual({ state: "whole" });
  expect(await thaw(quick(w, "60"), { account: "main", reason: "x", foreign: [] })).toMatchObject({
    state: "too-early",
  });
  const compared = await compare(w, needs);

  expect(compared).toMatchObject({ state: "compared", left: [] });
  expect([...compared.found].sort()).toEqual(before.map(({ certId }) => certId).sort());
  expect(compared.unused).toHaveLength(1);
  for (const { reference, certId } of before.slice(0, 3))
    expect(await drive(w, reference, configured, needs)).toMatchObject({ certId });
  // Its slot has another CSR: a person says whose it is, and until then nothing of the product is bought.
  const other = await w.accept({ cn: "new.example.com" });
  await drive(w, other, withCode("ledger-frozen"), needs);
  const { slots } = (await found(asked(w), {})) as { slots: unknown[] };
  const strange = before[3]?.certId ?? 0;
  expect(slots).toMatchObject([{ certId: strange, domain: "renamed.example.com", candidates: [renamed] }]);
  expect(soldBy(w)).toBe(count);
  expect(await found(asked(w), { give: { certId: strange, to: renamed }, reason: "same name" })).toMatchObject({
    state: "given",
    left: 0,
  });
  await drive(w, unsent, configured, needs);
  expect(soldBy(w)).toBe(count);
  await drive(w, other, configured, needs);
  expect(soldBy(w)).toBe(count + 1);
  expect(await prove(w)).toMatchObject({ unmatched: [] });
});

test("every account is compared before anything is bought on any, also one that the backup does not know", async () => {
  const w = await world();
  const waiting = await w.accept({});
  const restore = await backUp(w); // no account is in use yet
  await drive(w, waiting, configured);
  const { certId } = await get(w, waiting);
  const count = soldBy(w);

  const needs = await restore();
  await drive(w, waiting, withCode("ledger-frozen"), needs);
  const compared = await compare(w, needs);

  expect(compared).toMatchObject({ state: "compared", was: "", found: [certId], left: [] });
  expect(await drive(w, waiting, configured, needs)).toMatchObject({ certId });
  expect(soldBy(w)).toBe(count);
  expect(await prove(w)).toMatchObject({ unmatched: [] });
});

test("a restore that was interrupted buys nothing, and an older thaw in the journal does not lift the freeze", async () => {
  const w = await world();
  await drive(w, await w.accept({}), configured);
  const { certId } = w.enom.colleague.buys(RAPIDSSL, 1);
  await w.redis.hset(w.keys.ledger.meta("main"), "frozen", "for a test");
  await thaw(asked(w), { account: "main", reason: "x", foreign: [certId] });
  const restore = await backUp(w);
  const needs = await restore({ from: "journal alone" });

  expect(await status(asked(w), "main")).toMatchObject([{ state: "frozen" }]);
  await w.redis.hset(w.keys.restored, "state", "loading");
  const waiting = await w.accept({});
  await drive(w, waiting, withCode("ledger-frozen"), needs);
  expect(await thaw(asked(w), { account: "main", reason: "x", foreign: [] })).toMatchObject({ state: "still-frozen" });
});
