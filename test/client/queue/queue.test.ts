// The client into the queue: an order that a worker takes, and an error at once where none ever would.
import { afterAll, expect, inject, onTestFinished, test } from "vitest";
import { z } from "zod";
import {
  type CertfleetQueueError,
  jobContracts,
  jobSchema,
  type Order,
  openQueueClient,
} from "../../../src/client/queue/queue.ts";
import { ownWords } from "../../../src/shared/base/fault.ts";
import { type Certificate, raiseFor } from "../../../src/shared/certificate/certificate.ts";
import { withEvent } from "../../../src/shared/certificate/record.ts";
import type { TimelineEvent } from "../../../src/shared/certificate/timeline-events.ts";
import { refuseNewer } from "../../../src/shared/process/data-format.ts";
import { queueNames } from "../../../src/shared/queue/jobs.ts";
import { orderBody } from "../../support/order.ts";
import { world } from "../../support/world.ts";

// The client leaves zod's messages to its host; the other files of this worker are the fleet's own.
afterAll(() => void z.config({ customError: ownWords }));

const order = async (reference: string, changes: object = {}): Promise<Order> =>
  ({ ...(await orderBody({ reference })), ...changes }) as Order;

const failure = (work: Promise<unknown>): Promise<CertfleetQueueError> =>
  work.then(
    () => expect.unreachable("it was taken"),
    (error: CertfleetQueueError) => error,
  );

async function fleet() {
  const w = await world();
  await refuseNewer(w); // as every process of a fleet does at its start
  const client = await openQueueClient({ redisUrl: inject("redisUrl"), prefix: w.keys.prefix });
  onTestFinished(() => client.close());
  return { w, client };
}

test("an order is put in, taken once however often it is put in, and waited for until its PEM is there", async () => {
  const { w, client } = await fleet();
  const early = await failure(client.waitFor("bill-30", { timeoutMs: 50 }));
  const wanted = await order("bill-30");
  const first = await client.enqueue(wanted);
  const again = await client.enqueue({ ...wanted });
  await w.work(["open", "notify"]);

  const outcome = await client.waitFor("bill-30", { timeoutMs: 60_000 });

  expect([early.code, early.message]).toEqual([
    "timeout",
    "bill-30 was not accepted by a worker yet (after 50 ms): no worker of the queue open runs in this fleet",
  ]);
  expect(again).toEqual(first);
  expect(outcome).toMatchObject({ status: "issued", domain: "shop.example.com", certId: expect.any(Number) });
  expect(outcome.pem).toMatch(/^-----BEGIN CERTIFICATE-----/);
  expect(await client.find("bill-30")).toEqual(outcome);
  expect(w.enom.books.purchases()).toHaveLength(1);
}, 120_000);

test("what the workers refuse is told to who waits: another order under a name that is taken, and a product that nobody sells", async () => {
  const { w, client } = await fleet();
  await w.accept({ reference: "bill-31" });
  await client.enqueue(await order("bill-31", { years: 2 }));
  await client.enqueue(await order("bill-32", { product: "Certificate-Of-Nobody" }));
  await w.work(["open"]);

  const taken = await failure(client.waitFor("bill-31", { timeoutMs: 60_000 }));
  const unknown = await failure(client.waitFor("bill-32", { timeoutMs: 60_000 }));

  expect([taken.code, unknown.code]).toEqual(["refused", "refused"]);
  expect(taken.message).toContain("belongs to an order with other content");
  expect(unknown.message).toContain("Certificate-Of-Nobody");
}, 120_000);

test("who waits hears by an event that an order needs somebody, or has ended, and does not wait for the time to be over", async () => {
  const { w, client } = await fleet();
  await w.accept({ reference: "bill-36" });
  await w.accept({ reference: "bill-37" });
  const now = new Date();
  const save = async (reference: string, event: TimelineEvent, change: (found: Certificate) => object = () => ({})) => {
    const found = await w.certificates.find(reference);
    if (!found) throw new Error("no order");
    await w.certificates.save({ ...found, record: { ...withEvent(found.record, now, event), ...change(found) } }, now);
  };
  const needs = failure(client.waitFor("bill-36", { timeoutMs: 600_000 }));
  const ends = failure(client.waitFor("bill-37", { timeoutMs: 600_000 }));
  await save("bill-36", "attention.raised", (found) => ({ attention: raiseFor(found, "enom-refused", "No.", now) }));
  await w.redis.hset(w.keys.certificate("bill-37"), "state", "CANCELLED");
  await save("bill-37", "certificate.cancelled");

  expect(await needs).toMatchObject({ code: "attention", outcome: { reference: "bill-36", status: "attention" } });
  expect(await ends).toMatchObject({ code: "ended", outcome: { reference: "bill-37", status: "cancelled" } });
}, 60_000);

test("a wrong prefix, a fleet of another release and a Redis that is not there are errors before anything is written", async () => {
  const { w } = await fleet();
  const redisUrl = inject("redisUrl");
  const opened = (options: object) => failure(openQueueClient({ redisUrl, prefix: w.keys.prefix, ...options }));

  const nobody = await opened({ prefix: "{certfleet-typo}" });
  const away = await opened({ redisUrl: "redis://user:geheim@127.0.0.1:1", connectTimeoutMs: 300 });
  await w.redis.hset(w.keys.format, { jobsFrom: 2, jobsTo: 3 });
  const jobs = await opened({});
  await w.redis.hset(w.keys.format, { readableFrom: 99, by: "9.0.0" });
  const data = await opened({});

  expect([nobody, away, jobs, data].map(({ code }) => code)).toEqual(["no-fleet", "redis", "version", "version"]);
  expect(nobody.message).toContain("No fleet lives under the prefix {certfleet-typo}");
  expect(away.message).not.toContain("geheim");
  expect(jobs.message).toContain("reads jobs of the versions 2 to 3");
  expect([await w.redis.keys("{certfleet-typo}*"), await w.redis.keys(`${w.keys.prefix}:open:*`)]).toEqual([[], []]);
  await expect(openQueueClient({ redisUrl: "localhost" })).rejects.toThrow("must be an address of Redis");
});

test("a fleet that was thrown away under an open client, or whose client was closed, takes nothing", async () => {
  const { w, client } = await fleet();
  await w.redis.del(w.keys.format);
  const gone = await failure(client.enqueue(await order("bill-33")));
  const waiting = failure(client.waitFor("bill-33", { timeoutMs: 60_000 }));
  await client.close();

  expect(gone.code).toBe("no-fleet");
  expect(await w.redis.exists(w.keys.ofQueue("open", "wait"))).toBe(0);
  expect([(await waiting).code, (await failure(client.enqueue(await order("bill-33")))).code]).toEqual([
    "closed",
    "closed",
  ]);
});

test("a wrong order and one with a private key do not leave the caller; a fault names its field", async () => {
  const { w, client } = await fleet();
  const key = "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----";

  const wrong = await failure(client.enqueue(await order("bill-34", { years: 9, product: "" })));
  const bare = await failure(client.enqueue({ reference: "bill-34" } as Order));
  const exposed = await failure(client.enqueue(await order("bill-34", { csr: key })));

  expect(wrong.errors.map(({ field }) => field).sort()).toEqual(["product", "years"]);
  expect(bare.errors).toEqual([{ field: "csr", message: "is missing." }]);
  expect(exposed.message).toContain("holds a private key (csr)");
  expect(JSON.stringify([exposed.message, exposed.errors])).not.toContain("MIIB");
  expect(await w.redis.exists(w.keys.ofQueue("open", "wait"))).toBe(0);
});

test("the contracts of all queues that others may write to are there as zod and as JSON Schema", async () => {
  const ofOthers = queueNames.filter((name) => name !== "webhook"); // its jobs are the fleet's own
  expect(Object.keys(jobContracts).sort()).toEqual(ofOthers.toSorted());
  for (const name of ofOthers) expect(jobSchema(name).$schema).toBe("https://json-schema.org/draft/2020-12/schema");
  expect(jobContracts.open.version).toBe(1);
  expect(jobContracts.open.data.safeParse(await order("bill-35")).success).toBe(true);
  expect(z.toJSONSchema(jobContracts.reissue.data, { io: "input" })).toEqual(jobSchema("reissue"));
});
