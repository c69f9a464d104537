// Other systems put whole orders straight into the queue, in any language that speaks BullMQ.
import { Queue, QueueEvents } from "bullmq";
import { Redis } from "ioredis";
import { expect, inject, onTestFinished, test } from "vitest";
import { auditTrail } from "../../../src/shared/authority/audit/trail.ts";
import { jobs } from "../../../src/shared/queue/jobs.ts";
import { acceptJob } from "../../../src/workers/open/accept.ts";
import { contact, orderBody } from "../../support/order.ts";
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

test("an order of a panel in the queue is read as over HTTP, and the worker's log names what was normalised", async () => {
  const w = await world();
  const lines: object[] = [];
  const audit = auditTrail({ ...w, clock: w.time });
  const needs = {
    certificates: w.certificates,
    clock: w.time,
    audit,
    log: { info: (line: object) => void lines.push(line) },
  };
  const body = await orderBody({ customer: { email: "client@example.net", name: "Анна" } });
  const admin = { ...contact, city: "München", country: "de", organization: "", phone: "089 1234567" };
  const job = { ...body, contacts: { admin, tech: null }, years: "1", brand: "", policy: { mode: "none" } };

  await acceptJob(jobs.open.data.parse(job), needs as never);
  await acceptJob(jobs.open.data.parse(job), needs as never);

  expect((await w.certificates.find(body.reference))?.record.terms).toMatchObject({
    years: 1,
    customer: { name: "Анна" },
    contacts: { admin: { city: "Muenchen", country: "DE", phone: "+49.891234567" } },
    originals: { "contacts/admin/city": "München" },
    policy: { mode: "none" },
  });
  expect((await audit.list()).items).toMatchObject([
    { who: { kind: "queue", id: "open" }, action: "certificate.order", subject: body.reference, outcome: "done" },
  ]);
  expect(lines).toEqual([
    {
      event: "order.normalised",
      reference: body.reference,
      fields: ["contacts/admin/country", "contacts/admin/city", "contacts/admin/phone"],
    },
  ]);
});

test("an order whose letters were lost on the way into the queue fails and is not kept", async () => {
  const w = await world();
  const customer = { email: "client@example.net", name: Buffer.from("René", "latin1").toString("utf8") };
  const body = await orderBody({ customer });

  await expect(
    acceptJob(jobs.open.data.parse(body), { ...w, clock: w.time, audit: auditTrail({ ...w, clock: w.time }) }),
  ).rejects.toThrow(/customer\/name: .*UTF-8/);
  expect(await w.certificates.find(body.reference)).toBeUndefined();
});

test("another order under a reference that is taken is refused, and the audit trail says so", async () => {
  const w = await world();
  const audit = auditTrail({ ...w, clock: w.time });
  const body = await orderBody({});
  const put = (job: object) => acceptJob(jobs.open.data.parse(job), { ...w, clock: w.time, audit });
  await put(body);

  await expect(put({ ...body, customer: { email: "other@example.net" } })).rejects.toThrow("other content");

  expect((await audit.list()).items.map(({ outcome }) => outcome)).toEqual(["refused", "done"]);
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
