// Whoever goes through all orders meets each of them once, whatever becomes of the others meanwhile.
import { expect, test } from "vitest";
import { forEachIn, forEveryOrder } from "../../../src/workers/order/every-order.ts";
import { type World, world } from "../../support/world.ts";
import { worker } from "../due/stories.ts";
import { get } from "../open/runs.ts";

const NOON_MS = Date.parse("2026-04-02T12:00:00Z");

/** So many orders, all of which wait for a person; the nth was accepted at `acceptedMs(n)`. Answers their references. */
async function attended(w: World, count: number, acceptedMs: (n: number) => number): Promise<string[]> {
  const { order } = await get(w, await w.accept({}));
  await w.redis.del(w.keys.byAcceptance);
  const references = Array.from({ length: count }, (_each, n) => `bill-${`${n}`.padStart(4, "0")}`);
  await Promise.all(
    references.map(async (reference, n) => {
      await w.certificates.accept({ ...order, reference }, new Date(acceptedMs(n)));
      await w.redis.zadd(w.keys.withAttention, acceptedMs(n), reference);
    }),
  );
  return references;
}

test.for([
  ["a millisecond apart", (n: number) => NOON_MS + n],
  ["in one millisecond", () => NOON_MS],
  ["three hundred in each second", (n: number) => NOON_MS + Math.floor(n / 300) * 1_000],
] as const)(
  "Orders accepted %s are each met once, though every case is settled as soon as it is met.",
  async ([, acceptedMs]) => {
    const w = await world();
    const references = await attended(w, 1_200, acceptedMs);
    const met: string[] = [];

    const count = await forEachIn(w.keys.withAttention, worker(w), async ({ order: { reference } }) => {
      met.push(reference);
      await w.redis.zrem(w.keys.withAttention, reference);
    });

    expect(met.sort()).toEqual(references);
    expect(count).toBe(1_200);
  },
);

test("Where nothing changes every order is met once and counted, and none where there is none.", async () => {
  const w = await world();
  const met: string[] = [];

  const none = await forEveryOrder(worker(w), () => void met.push("somebody"));
  const references = await attended(w, 501, (n) => NOON_MS + n);
  const all = await forEveryOrder(worker(w), ({ order }) => void met.push(order.reference));

  expect([none, all]).toEqual([0, 501]);
  expect(met.sort()).toEqual(references);
});
