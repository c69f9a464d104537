// Places in the real queues: whoever brings a thousand jobs, in whatever way, stands before nobody.
import { Queue } from "bullmq";
import { expect, test, vi } from "vitest";
import type { Actor } from "../../../src/shared/authority/actor.ts";
import { systemClock } from "../../../src/shared/base/clock.ts";
import { createLog } from "../../../src/shared/base/log.ts";
import { outsideKey } from "../../../src/shared/outside/mail-key.ts";
import { NO_PLACE, readWaiting, type SharedQueue } from "../../../src/shared/queue/waiting.ts";
import { arrange, startArranger } from "../../../src/workers/fair/arranger.ts";
import { run } from "../../../src/workers/runtime/run.ts";
import { orderBody } from "../../support/order.ts";
import { type World, world } from "../../support/world.ts";

const log = createLog("silent", "test");
const needs = ({ redis, keys, queues }: World) => ({ redis, keys, queues, clock: systemClock, log });
const waiting = ({ redis, keys, queues }: World, name: SharedQueue) =>
  readWaiting(name, { redis, keys, queue: queues.all[name], now: systemClock.now() });

/** What workers would begin next, one after the other. */
async function next(w: World, name: SharedQueue, count: number): Promise<string[]> {
  const begun = await w.queues.all[name].getJobs(["prioritized"], 0, count - 1, true);
  return begun.map(({ data }) => data.reference ?? data.key ?? data.sweep);
}

async function takeFirst(w: World, name: SharedQueue): Promise<string> {
  const [job] = await w.queues.all[name].getJobs(["prioritized"], 0, 0, true);
  await job?.remove();
  return job?.data.reference ?? job?.data.key;
}

const places = async (w: World, customer: string, count: number, reference = customer): Promise<void> => {
  const email = `${customer}@example.net`;
  for (let i = 0; i < count; i++) await w.order({ reference: `${reference}-${i}`, customer: { email } });
};

test("orders of two customers are begun in turn, and the one that came last is not last", async () => {
  const w = await world();
  await places(w, "bulk", 30);
  await places(w, "one", 1);

  await arrange("open", needs(w));

  expect((await next(w, "open", 2)).sort()).toEqual(["bulk-0", "one-0"]);
  expect(await waiting(w, "open")).toHaveLength(31);
});

test("whose turn it was is remembered, whoever arranges: of two with much to do none is begun twice as often", async () => {
  const w = await world();
  await places(w, "a", 20);
  await places(w, "b", 20);

  const begun: string[] = [];
  for (let i = 0; i < 20; i++) {
    await arrange("open", needs(w)); // as another process would, which knows nothing of before
    begun.push(await takeFirst(w, "open"));
  }

  const ofA = begun.filter((reference) => reference.startsWith("a-"));
  expect(ofA.length).toBeGreaterThanOrEqual(8);
  expect(ofA.length).toBeLessThanOrEqual(12);
  expect(ofA).toEqual(ofA.toSorted((x, y) => Number(x.slice(2)) - Number(y.slice(2))));
});

test("keys take turns, and a tenant is one customer under all its addresses", async () => {
  const w = await world();
  const order = async (by: string, reference: string, tenant?: string): Promise<void> => {
    const body = await orderBody({
      reference,
      customer: { email: `${reference}@example.net` },
      ...(tenant && { tenant }),
    });
    await acceptAs(w, body, by);
  };
  for (let i = 0; i < 10; i++) await order("shop", `t1-${i}`, "4711");
  for (let i = 0; i < 10; i++) await order("reseller", `r-${i}`);
  await order("shop", "t2-0", "4712");

  await arrange("open", needs(w));
  const first = await next(w, "open", 6);

  expect(first.filter((reference) => reference.startsWith("r-")).length).toBeGreaterThanOrEqual(2);
  expect(first.filter((reference) => reference.startsWith("t1-")).length).toBeLessThanOrEqual(3);
  expect(first).toContain("t2-0");
});

test("jobs that others put in without a priority, or with one of their own, get their place like all others", async () => {
  const w = await world();
  const foreign = new Queue("open", { connection: w.redis, prefix: w.keys.prefix });
  for (let i = 0; i < 40; i++) {
    const data = { v: 1, ...(await orderBody({ reference: `bare-${i}`, customer: { email: "bulk@example.net" } })) };
    await foreign.add("open", data, i % 2 === 0 ? {} : { priority: 1 });
  }
  await places(w, "one", 1);

  await arrange("open", needs(w));

  expect(await next(w, "open", 2)).toContain("one-0");
  expect(await w.queues.all.open.getWaitingCount()).toBe(0);
  expect((await waiting(w, "open")).filter(({ priority }) => priority === NO_PLACE).length).toBe(41 - 32);
});

test("a worker that is handed a bare job while others wait has it stand in line, and does not begin it", async () => {
  const w = await world();
  await places(w, "placed", 3);
  await arrange("open", needs(w));
  const foreign = new Queue("open", { connection: w.redis, prefix: w.keys.prefix });
  for (let i = 0; i < 20; i++) await foreign.add("open", { v: 1, reference: `bare-${i}` });
  const begun: string[] = [];
  const work = async (job: { reference: string }) => {
    begun.push(job.reference);
    return "done" as const;
  };

  const worker = run("open", work as never, {
    connection: w.redis,
    prefix: w.keys.prefix,
    concurrency: 1,
    log,
    clock: systemClock,
  });
  await vi.waitFor(() => expect(begun).toHaveLength(23), { timeout: 10_000 });
  await worker.stop();

  expect(begun.slice(0, 3)).toEqual(["placed-0", "placed-1", "placed-2"]);
  expect(new Set(begun).size).toBe(23); // each once: none was lost on the way
});

test("of a line that is too long to be read whole its end is seen, too, where those stand that were begun and came back", async () => {
  const w = await world();
  await places(w, "bulk", 12);
  await arrange("open", needs(w));
  const { open } = w.queues.all;
  const back = { reference: "came-back" };
  await open.add("open", back as never, { jobId: "came-back", priority: NO_PLACE });

  const seen = await readWaiting("open", { ...needs(w), queue: open, now: systemClock.now(), most: 4 });
  const all = await readWaiting("open", { ...needs(w), queue: open, now: systemClock.now(), most: 100 });

  expect(seen.map(({ reference }) => reference)).toEqual(["bulk-0", "bulk-1", "bulk-11", "came-back"]);
  expect(all).toHaveLength(13);
});

test("one job alone gets no place: the next worker takes it at once", async () => {
  const w = await world();
  await places(w, "one", 1);

  expect(await arrange("open", needs(w))).toBe(0);
  expect(await w.queues.all.open.getWaitingCount()).toBe(1);
});

test("an order that is enqueued again keeps its one job and its place", async () => {
  const w = await world();
  await places(w, "bulk", 5);
  await arrange("open", needs(w));
  const before = await next(w, "open", 5);

  await Promise.all(before.map((reference) => w.queues.enqueue("open", { reference })));

  expect(await next(w, "open", 5)).toEqual(before);
  expect(await waiting(w, "open")).toHaveLength(5);
  expect(await arrange("open", needs(w))).toBe(0);
});

test("a reissue of a certificate that ends within three days goes before a bulk of its customer's", async () => {
  const w = await world();
  for (let i = 0; i < 20; i++) await w.accept({ reference: `bulk-${i}`, customer: { email: "bulk@example.net" } });
  await w.accept({ reference: "ends", customer: { email: "bulk@example.net" } });
  const inDays = (days: number): number => Date.now() + days * 86_400_000;
  for (let i = 0; i < 20; i++) await w.redis.zadd(w.keys.byExpiry, inDays(9), `bulk-${i}`);
  await w.redis.zadd(w.keys.byExpiry, inDays(2), "ends");
  for (let i = 0; i < 20; i++) await w.queues.enqueue("reissue", { reference: `bulk-${i}` });
  await w.queues.enqueue("reissue", { reference: "ends" });

  await arrange("reissue", needs(w));

  expect(await next(w, "reissue", 1)).toEqual(["ends"]);
});

test("what the fleet asks itself for does not wait behind a bulk of reissues", async () => {
  const w = await world();
  for (let i = 0; i < 20; i++) await w.accept({ reference: `bulk-${i}`, customer: { email: "bulk@example.net" } });
  for (let i = 0; i < 20; i++) await w.queues.enqueue("reissue", { reference: `bulk-${i}` });
  await w.queues.enqueue("reissue", { sweep: true });

  await arrange("reissue", needs(w));

  expect(await next(w, "reissue", 2)).toContain(true);
});

test("orders that earlier versions accepted stand in line by their customer", async () => {
  const w = await world();
  await places(w, "bulk", 10);
  await places(w, "one", 1);
  for (const { reference } of await waiting(w, "open"))
    await w.redis.hdel(w.keys.certificate(reference ?? ""), "share");

  await arrange("open", needs(w));

  expect(await next(w, "open", 2)).toContain("one-0");
});

test("what is no job of ours, or no JSON, is given a place and stops nobody", async () => {
  const w = await world();
  const foreign = new Queue("open", { connection: w.redis, prefix: w.keys.prefix });
  const odd = [null, [], "text", { reference: 7 }, { customer: null }, { customer: { email: ["x"] }, tenant: {} }];
  for (const data of odd) await foreign.add("open", data);
  const broken = await foreign.add("open", {});
  await w.redis.hset(foreign.toKey(broken.id ?? ""), { data: "{no json", opts: "[" });
  await places(w, "one", 1);

  await arrange("open", needs(w));

  expect((await waiting(w, "open")).filter(({ priority }) => priority > 0)).toHaveLength(odd.length + 2);
});

test("of many arrangers one arranges, and another one goes on when it stops", async () => {
  const w = await world();
  const [first, second] = [startArranger("open", needs(w), 20), startArranger("open", needs(w), 20)];
  await places(w, "bulk", 5);
  await vi.waitFor(async () => expect(await w.queues.all.open.getPrioritizedCount()).toBe(5));
  const holder = await w.redis.get(w.keys.arranger("open"));
  await first.stop();
  await places(w, "more", 5);

  await vi.waitFor(async () => expect(await w.queues.all.open.getPrioritizedCount()).toBe(10), { timeout: 5_000 });
  await second.stop();

  expect(holder).not.toBeNull();
});

/** As the gateway does for a caller with this key. */
async function acceptAs(w: World, body: unknown, id: string): Promise<void> {
  const { acceptOrder } = await import("../../../src/shared/queue/accept-order.ts");
  const accepted = await acceptOrder(body, { certificates: w.certificates, clock: systemClock }, { kind: "key", id });
  if ("faults" in accepted) throw new Error(JSON.stringify(accepted.faults));
  await w.queues.enqueue("open", { reference: accepted.order.reference });
}

test("mails that others ask for leave in turn: of each caller, and of a caller to each recipient", async () => {
  const w = await world();
  const reason = { reference: "bill-1", domain: "shop.example.com", product: "RapidSSL", reason: null };
  const ask = (by: Actor, key: string, address: string) =>
    w.queues.enqueue("notify", {
      ...{ key: outsideKey(by, key), template: "certificate-failed", to: { address }, values: reason },
    });
  const shop: Actor = { kind: "key", id: "shop" };
  for (let i = 0; i < 40; i++) await ask(shop, `bulk-${i}`, "bulk@example.net");
  await ask(shop, "one", "one@example.net");
  await ask({ kind: "key", id: "crm" }, "crm", "bulk@example.net");
  await ask({ kind: "person", id: "shop" }, "ada", "bulk@example.net");

  await arrange("notify", needs(w));

  const first = await next(w, "notify", 4);
  expect(first).toEqual(
    expect.arrayContaining(["outside:key:crm:crm", "outside:key:shop:one", "outside:person:shop:ada"]),
  );
});
