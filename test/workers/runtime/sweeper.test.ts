// A lost doorbell loses nothing: the sweeper rings what the ledger knows to be unfinished.
import { expect, test, vi } from "vitest";
import { systemClock } from "../../../src/shared/base/clock.ts";
import { createLog } from "../../../src/shared/base/log.ts";
import { startSweeper, sweep } from "../../../src/workers/runtime/sweeper.ts";
import { issued, type World, world } from "../../support/world.ts";
import { parked } from "../open/runs.ts";

const needs = ({ redis, keys, queues }: World) => ({
  redis,
  keys,
  enqueue: queues.enqueue,
  clock: { now: () => new Date(Date.now() + 5_000) },
  log: createLog("silent", "test"),
});

test("an order whose gateway died between ledger and queue is rung and ends issued", async () => {
  const w = await world();
  const reference = await w.accept({});
  await w.work(["open", "notify"]);

  expect(await sweep("open", needs(w))).toBe(1);
  await w.until(reference, issued);
});

test("an order whose doorbell was deleted from the queue while it waited is rung again and ends issued", async () => {
  const w = await world({ owner: "silent" });
  const workers = await w.work(["open", "notify"]);
  const reference = await w.order({});
  await w.until(reference, ({ record }) => record.looks > 0);
  await workers.stop();
  await w.queues.all.open.obliterate({ force: true });
  w.enom.settings.owner = "approves";
  await w.work(["open", "notify"]);

  await sweep("open", needs(w));
  await w.until(reference, issued);

  expect(w.enom.books.purchases()).toHaveLength(1);
});

test("sweeping again and again adds no second job for one order", async () => {
  const w = await world();
  await w.accept({});

  await Promise.all([1, 2, 3].map(() => sweep("open", needs(w))));

  expect(await w.queues.all.open.getWaitingCount()).toBe(1);
});

test("an order that waits for a person is left alone", async () => {
  const w = await world();
  await parked(w, "lose-answer");

  expect(await sweep("open", needs(w))).toBe(0);
});

test("of many orders that are due none is passed over, although each leaves the index as soon as it is enqueued", async () => {
  const w = await world();
  const references = Array.from({ length: 1_200 }, (_, i) => `due-${i}`);
  await w.redis.zadd(w.keys.unfinished("open"), ...references.flatMap((reference) => [1, reference]));
  const enqueued: string[] = [];
  const enqueue: ReturnType<typeof needs>["enqueue"] = async (_queue, data) => {
    const { reference } = data as { reference: string };
    enqueued.push(reference);
    await w.redis.zrem(w.keys.unfinished("open"), reference);
    return reference;
  };

  expect(await sweep("open", { ...needs(w), enqueue })).toBe(1_200);

  expect(new Set(enqueued)).toEqual(new Set(references));
});

test("a sweep that takes longer than its turn is waited for at the stop", async () => {
  const w = await world();
  await w.accept({});
  const begun = Promise.withResolvers<void>();
  const mayEnd = Promise.withResolvers<void>();
  let ended = 0;
  const enqueue: ReturnType<typeof needs>["enqueue"] = async () => {
    begun.resolve();
    await mayEnd.promise;
    ended += 1;
    return "job";
  };
  const everyMs = 10;
  const sweeper = startSweeper("open", { ...needs(w), enqueue }, everyMs);
  await begun.promise;
  await vi.waitFor(async () => expect(await w.redis.exists(w.keys.sweeper("open"))).toBe(0)); // other turns have come

  const stopped = sweeper.stop();
  mayEnd.resolve();
  await stopped;

  expect(ended).toBe(1);
});

test("of many sweepers one sweeps at a time", async () => {
  const w = await world();
  await w.accept({});
  const rung = vi.fn(async () => "1");
  const own = { ...needs(w), enqueue: rung, clock: systemClock };
  const later = { now: () => new Date(Date.now() + 60_000) };
  const sweepers = [1, 2, 3, 4, 5].map(() => startSweeper("open", { ...own, clock: later }, 1_000));

  await vi.waitFor(() => expect(rung).toHaveBeenCalled(), { timeout: 5_000, interval: 10 });
  await Promise.all(sweepers.map((sweeper) => sweeper.stop()));

  expect(rung).toHaveBeenCalledTimes(1);
});
