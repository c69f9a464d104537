// Stories of producers who put orders straight into the queue and want to hear what became of them.
import { type Job, Queue, QueueEvents } from "bullmq";
import { expect, inject, onTestFinished, test, vi } from "vitest";
import { requestChange } from "../../../src/shared/certificate/operator-request.ts";
import { type OrderChanges, orderBody } from "../../support/order.ts";
import { type World, world } from "../../support/world.ts";

/** As another system sees the queue: BullMQ and nothing of ours. */
async function foreign({ keys: { prefix } }: World, name: "open" | "reissue") {
  const connection = { url: inject("redisUrl") };
  const queue = new Queue(name, { connection, prefix });
  const events = new QueueEvents(name, { connection, prefix });
  onTestFinished(async () => {
    await Promise.all([queue.close(), events.close()]);
  });
  await events.waitUntilReady();
  return {
    put: (data: object) => queue.add("anything", data),
    order: async (changes: OrderChanges, more: object = {}) =>
      queue.add("anything", { ...(await orderBody(changes)), ...more }),
    end: (job: Job): Promise<unknown> => job.waitUntilFinished(events, 20_000),
    find: async ({ id = "" }: Job) => queue.getJob(id),
    active: () => queue.getActiveCount(),
  };
}

const awaiting = { await: "issued" };

test("a job that awaits the certificate ends with it, holds no worker meanwhile, and tells how far the order is", async () => {
  const w = await world({ owner: "silent" });
  const open = await foreign(w, "open");
  await w.work(["open", "reissue", "notify"]);

  const job = await open.order({ reference: "slow" }, awaiting);
  await vi.waitFor(async () => {
    const found = await open.find(job);
    const about = { reference: "slow", status: "awaiting-validation", attention: null };
    expect(found?.progress).toMatchObject({ ...about, certId: expect.any(Number), waitingFor: expect.any(String) });
    expect(await found?.getState()).toBe("delayed");
  }, 15_000);
  expect(await open.active()).toBe(0);
  w.enom.settings.owner = "approves";

  const { certId } = await w.until("slow", ({ record }) => record.issue !== null);
  const issued = { reference: "slow", status: "issued", certId, attention: null };
  expect(await open.end(job)).toEqual(issued);
  // Without `await` it tells the same, and the same order once more changes nothing.
  expect(await open.end(await open.put({ reference: "slow" }))).toEqual(issued);

  const reissue = await foreign(w, "reissue");
  const again = await reissue.put({ reference: "slow", reason: "new server", ...awaiting });
  expect(await reissue.end(again)).toMatchObject({ reference: "slow", status: "issued", attention: null });
  expect((await w.certificates.find("slow"))?.record.reissues).toBe(1);
}, 40_000);

test("it ends, too, when somebody cancels meanwhile, when a person must act first, and when the order is wrong", async () => {
  const w = await world({ owner: "silent" });
  const open = await foreign(w, "open");
  await w.work(["open", "notify"], { ...w.env, CERTFLEET_POLL_SECONDS: "300" });

  const job = await open.order({ reference: "cancelled" }, awaiting);
  const needy = await open.order(
    { reference: "needy", cn: "www.example.org", approver: { method: "email", email: "admin@www.example.org" } },
    awaiting,
  );
  const wrong = await open.order({ reference: "wrong", years: 99 as never }, awaiting);
  await expect(open.end(wrong)).rejects.toThrow("years");
  expect(await open.end(needy)).toMatchObject({ status: "attention", attention: { code: "approver-not-offered" } });

  const now = new Date();
  const found = await w.until("cancelled", ({ record }) => record.submittedAt !== null && record.nextLookAt !== null);
  const asked = requestChange(found, { kind: "cancel", reason: "no", who: "ada", at: now.toISOString() }, now);
  if ("conflict" in asked) throw new Error(asked.conflict);
  await w.certificates.save(asked.certificate, now);
  await w.queues.enqueue("open", { reference: "cancelled" });
  expect(await open.end(job)).toMatchObject({ reference: "cancelled", status: "cancelled" });
  expect(await w.redis.exists(w.keys.awaiting("cancelled"), w.keys.awaiting("needy"))).toBe(0);
}, 40_000);
