// Other systems put whole orders straight into the queue, in any language that speaks BullMQ.
import { Queue, QueueEvents } from "bullmq";
import { Redis } from "ioredis";
import { expect, inject, onTestFinished, test } from "vitest";
import { orderBody } from "../../support/order.ts";
import { issued, type World, world } from "../../support/world.ts";

/** Another program: its own connection, its own Queue, nothing of this project. */
function otherProgram(w: World): Queue {
  const connection = new Redis(inject("redisUrl").replace(/^unix:\/\//, ""), { maxRetriesPerRequest: null });
  const queue = new Queue("open", { connection, prefix: w.keys.prefix });
  onTestFinished(async () => {
    await queue.close();
    connection.disconnect();
  });
  return queue;
}

test("a whole order put into the queue by another program ends issued, without any gateway", async () => {
  const w = await world();
  await w.work(["open", "notify"]);
  const body = await orderBody({});

  await otherProgram(w).add("open", body);

  await w.until(body.reference, issued);
});

test("the same order put into the queue twice is one certificate and one purchase", async () => {
  const w = await world();
  await w.work(["open", "notify"]);
  const body = await orderBody({});
  const queue = otherProgram(w);

  await Promise.all([queue.add("open", body), queue.add("open", body)]);
  await w.until(body.reference, issued);

  expect(w.enom.books.purchases()).toHaveLength(1);
});

test("a wrong order in the queue fails with every fault named and buys nothing", async () => {
  const w = await world();
  await w.work(["open"]);
  const queue = otherProgram(w);
  const connection = new Redis(inject("redisUrl").replace(/^unix:\/\//, ""), { maxRetriesPerRequest: null });
  const events = new QueueEvents("open", { connection, prefix: w.keys.prefix, lastEventId: "0-0" });
  onTestFinished(async () => {
    await events.close();
    connection.disconnect();
  });

  const job = await queue.add("open", {
    ...(await orderBody({})),
    csr: "nonsense",
    product: "Certificate-Nobody-Sells",
  });

  await expect(job.waitUntilFinished(events, 10_000)).rejects.toThrow(/csr: .*product: /);
  expect(w.enom.asked("PurchaseServices")).toEqual([]);
});
