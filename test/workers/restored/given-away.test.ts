// After a restore a slot may look as if it were the backup's order's, or nobody's, and was bought or used for another order since.
// eNom's books are counted.
import { expect, test } from "vitest";
import { DAY_MS } from "../../../src/shared/base/dates.ts";
import { audit } from "../../../src/workers/audit/audit.ts";
import { found } from "../../../src/workers/commands/ledger.ts";
import { advanceOrder } from "../../../src/workers/open/workflow.ts";
import { world } from "../../support/world.ts";
import { asked, mainAccount } from "../commands/said.ts";
import { drive, get, RAPIDSSL, withCode } from "../open/runs.ts";
import { backUp, cancel, compare, configured, ordersOf, slotsOf, soldBy } from "./support.ts";

test("a slot that was bought since the backup and is too old to be given away is kept until a person says whose it is", async () => {
  const w = await world();
  await drive(w, await w.accept({}), configured);
  const waiting = await w.accept({ cn: "waiting.example.com" });
  const restore = await backUp(w);
  // Its order was bought, and stood without a configuration until the loss.
  const slot = w.enom.colleague.buys(RAPIDSSL, 1);
  w.enom.books.put({ ...slot, orderedAt: new Date(Date.now() - 9 * DAY_MS).toISOString() });
  const { certId } = slot;
  const count = soldBy(w);

  const needs = await restore();
  const compared = await compare(w, needs);

  expect(compared).toMatchObject({ found: [certId], unused: [] });
  await drive(w, waiting, withCode("ledger-frozen"), needs);
  expect(soldBy(w)).toBe(count);
  expect(await found(asked(w), { give: { certId, to: waiting }, reason: "it was bought for it" })).toMatchObject({
    state: "given",
  });
  expect(await drive(w, waiting, configured, needs)).toMatchObject({ certId });
  expect(soldBy(w)).toBe(count);
});

test("an order that was cancelled since, and whose slot another order of the same name took, keeps nobody's slot", async () => {
  const w = await world({ owner: "silent" });
  const former = await w.accept({ cn: "shop.example.com" });
  await drive(w, former, configured);
  const restore = await backUp(w);
  await cancel(w, former);
  const again = await w.accept({ cn: "shop.example.com" }); // with a key of its own
  const { certId } = await drive(w, again, configured);
  const sentAgain = await ordersOf(w, [again]);
  const count = soldBy(w);
  const calledBack = w.enom.asked("CertModifyOrder").length;

  const needs = await restore();
  for (const order of sentAgain) await w.certificates.accept(order, new Date());
  const compared = await compare(w, needs);

  expect(compared).toMatchObject({ found: [certId] });
  await drive(w, again, withCode("ledger-frozen"), needs);
  expect(await found(asked(w), {})).toMatchObject({ slots: [{ certId, holder: former }] });
  expect(soldBy(w)).toBe(count);
  await cancel(w, former, needs);
  // What lies in the slot is the other order's: nothing is called back from the CA.
  expect(w.enom.asked("CertModifyOrder")).toHaveLength(calledBack);
  expect(await drive(w, again, configured, needs)).toMatchObject({ certId });
  expect(soldBy(w)).toBe(count);
});

test("what was refunded since the backup is not bought anew: its order is cancelled again, or a person says that it is wanted", async () => {
  const w = await world();
  await drive(w, await w.accept({}), configured);
  const [unwanted, early] = [
    await w.accept({ cn: "unwanted.example.com" }),
    await w.accept({ cn: "early.example.com" }),
  ];
  const wanted = await w.accept({ cn: "wanted.example.com" });
  const restore = await backUp(w);
  const bought = [unwanted, early, wanted];
  for (const each of bought) await drive(w, each, configured);
  const certIds = (await slotsOf(w, bought)).map(({ certId }) => certId);
  for (const certId of certIds) w.enom.books.refund(certId); // the customers have changed their minds
  const count = soldBy(w);

  const needs = await restore();
  await drive(w, early, withCode("ledger-frozen"), needs);
  await cancel(w, early, needs);
  const account = mainAccount(needs);
  await audit(account, needs); // sees what is refunded, too
  const compared = await compare(w, needs);

  expect([...compared.refunded].sort()).toEqual([...certIds].sort());
  for (const each of [unwanted, wanted]) {
    await advanceOrder(each, needs);
    expect((await get(w, each)).record.attention?.message).toMatch(/eNom has given the money back. If this order was/);
  }
  const give = { certId: certIds[0] ?? 0, to: unwanted };
  expect(await found(asked(w), { give, reason: "x" })).toMatchObject({ state: "refused" });
  await cancel(w, unwanted, needs);
  // Another name of the product is in nobody's way.
  await drive(w, await w.accept({ cn: "other.example.com" }), configured, needs);
  expect(soldBy(w)).toBe(count + 1);
  await found(asked(w), { foreign: certIds[2] ?? 0, reason: "still wanted" });
  expect(await drive(w, wanted, configured, needs)).toMatchObject({ state: "CONFIGURED" });
  expect(soldBy(w)).toBe(count + 2);
  for (const each of [unwanted, early]) expect((await get(w, each)).state).toBe("CANCELLED");
});
