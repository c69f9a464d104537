// After a restore a slot may look as if it were the backup's order's, or nobody's, and was bought or used for another order since.
// eNom's books are counted.
import { expect, test } from "vitest";
import { DAY_MS } from "../../../src/shared/base/dates.ts";
import { requestChange } from "../../../src/shared/certificate/operator-request.ts";
import { found } from "../../../src/workers/commands/ledger.ts";
import { advanceOrder } from "../../../src/workers/open/workflow.ts";
import { type World, world } from "../../support/world.ts";
import { asked } from "../commands/said.ts";
import { drive, get, RAPIDSSL, withCode } from "../open/runs.ts";
import { backUp, compare, configured, ordersOf, soldBy } from "./support.ts";

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

  const needs = await restore();
  for (const order of sentAgain) await w.certificates.accept(order, new Date());
  const compared = await compare(w, needs);

  expect(compared).toMatchObject({ found: [certId] });
  await drive(w, again, withCode("ledger-frozen"), needs);
  expect(await found(asked(w), {})).toMatchObject({ slots: [{ certId, holder: former }] });
  expect(soldBy(w)).toBe(count);
  await cancel(w, former, needs);
  expect(await drive(w, again, configured, needs)).toMatchObject({ certId });
  expect(soldBy(w)).toBe(count);
});

test("what was cancelled since the backup is cancelled again before the comparison, and is not bought", async () => {
  const w = await world();
  await drive(w, await w.accept({}), configured);
  const unwanted = await w.accept({ cn: "unwanted.example.com" });
  const restore = await backUp(w);
  await drive(w, unwanted, configured);
  w.enom.books.refund((await get(w, unwanted)).certId ?? 0); // the customer has changed his mind
  const count = soldBy(w);

  const needs = await restore();
  await drive(w, unwanted, withCode("ledger-frozen"), needs);
  await cancel(w, unwanted, needs);
  await compare(w, needs);
  await advanceOrder(unwanted, needs);

  expect((await get(w, unwanted)).state).toBe("CANCELLED");
  expect(soldBy(w)).toBe(count);
});

async function cancel(w: World, reference: string, needs?: Parameters<typeof drive>[3]): Promise<void> {
  const at = w.time.now();
  const wish = { kind: "cancel", reason: "typo", who: "ops", at: at.toISOString() } as const;
  const answer = requestChange(await get(w, reference), wish, at);
  if ("conflict" in answer) throw new Error(answer.conflict);
  await w.certificates.save(answer.certificate, at);
  await drive(w, reference, ({ state, record }) => state === "CANCELLED" && record.wish === null, needs);
}
