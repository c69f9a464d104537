// What version 0.1.0 wrote is read as it was meant: records, ledger, journal and jobs of a fleet that is updated under way.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Redis } from "ioredis";
import { expect, test } from "vitest";
import { accountRecords } from "../src/shared/account/records.ts";
import { auditTrail } from "../src/shared/authority/audit/trail.ts";
import { orderDigest } from "../src/shared/certificate/order.ts";
import { bounceList } from "../src/shared/mail/bounces.ts";
import { acceptOrder } from "../src/shared/queue/accept-order.ts";
import { type JobName, jobs } from "../src/shared/queue/jobs.ts";
import type { JournalLine } from "../src/workers/journal/journal.ts";
import { findAttempt } from "../src/workers/ledger/attempt.ts";
import { rebuild } from "../src/workers/ledger/rebuild.ts";
import { viewLedger } from "../src/workers/ledger/view.ts";
import { acceptJob } from "../src/workers/open/accept.ts";
import { advanceOrder } from "../src/workers/open/workflow.ts";
import { world as gatewayWorld } from "./producers/http/world.ts";
import { orderNeeds } from "./support/needs.ts";
import { SHOP } from "./support/order.ts";
import { world } from "./support/world.ts";

/** When the fixtures were taken; by then every certificate in them is valid. */
const TAKEN_AT = new Date("2026-11-30T07:00:00.000Z");

type Stored =
  | { type: "hash"; value: Record<string, string> }
  | { type: "zset"; value: string[] }
  | { type: "string"; value: string };

const text = (name: string): string => readFileSync(join(import.meta.dirname, "fixtures/version-0.1.0", name), "utf8");
const records = (prefix: string): Record<string, Stored> =>
  JSON.parse(text("records.json").replaceAll("{PREFIX}", prefix));
const lines = (prefix: string): JournalLine[] => JSON.parse(text("journal.json").replaceAll("{PREFIX}", prefix));
/** By queue and number, as BullMQ keeps a job. */
const storedJobs: Record<string, { name: JobName; data: string; opts: string }> = JSON.parse(text("jobs.json"));

const orders = Object.entries(records("")).flatMap(([key, stored]) =>
  key.startsWith("certificate:") && stored.type === "hash" ? [[key.slice(12), stored.value] as const] : [],
);

/** Puts what was stored under the prefix of this test. `but`: keys that are left out. */
async function restore(redis: Redis, prefix: string, but = /^$/): Promise<void> {
  for (const [name, { type, value }] of Object.entries(records(prefix))) {
    const key = `${prefix}:${name}`;
    if (but.test(name)) continue;
    if (type === "hash") await redis.hset(key, value);
    else if (type === "string") await redis.set(key, value);
    else for (let i = 0; i < value.length; i += 2) await redis.zadd(key, value[i + 1] ?? "", value[i] ?? "");
  }
}

test("every certificate is shown and listed by the gateway with the status that it had", async () => {
  const gateway = await gatewayWorld({ clock: { now: () => TAKEN_AT } });
  await restore(gateway.redis as Redis, gateway.keys.prefix);

  const shown = await Promise.all(orders.map(([reference]) => gateway.call("GET", `/v1/certificates/${reference}`)));
  const list = await gateway.call("GET", "/v1/certificates?limit=100");

  expect(shown.map(({ status, body }) => ({ status, is: body.status }))).toEqual(
    orders.map(([, { status }]) => ({ status: 200, is: status })),
  );
  expect(shown.map(({ body }) => body.timeline.map((each: { event: string }) => each.event))).toEqual(
    orders.map(([, { record = "" }]) => JSON.parse(record).timeline.map((each: { event: string }) => each.event)),
  );
  expect(list.body.items.map((each: { reference: string }) => each.reference).sort()).toEqual(
    orders.map(([reference]) => reference).sort(),
  );
  expect(new Set(orders.map(([, { status }]) => status)).size).toBe(7);
});

test("accounts, their balances and the addresses that refuse mail are read", async () => {
  const w = await world();
  await restore(w.redis, w.keys.prefix);

  expect(await accountRecords(w.redis, w.keys).all()).toMatchObject([{ id: "main", balance: { available: "874.55" } }]);
  expect(await bounceList(w.redis, w.keys).all()).toMatchObject([{ address: "gone@example.net", count: 1 }]);
});

test("every job is one that its worker takes, and a whole order in a job is accepted", async () => {
  const w = await world();
  const needs = orderNeeds(w, { clock: { now: () => TAKEN_AT } });

  const faults = Object.entries(storedJobs).flatMap(([key, { name, data }]) => {
    const read = jobs[name].data.safeParse(JSON.parse(data));
    return read.success && key.startsWith(`${name}:`) ? [] : [key];
  });
  const wholeOrder = Object.values(storedJobs).find(({ data }) => data.includes("CERTIFICATE REQUEST"));
  const reference = await acceptJob(jobs.open.data.parse(JSON.parse(wholeOrder?.data ?? "{}")), {
    ...needs,
    audit: auditTrail({ ...w, clock: needs.clock }),
  });

  expect(faults).toEqual([]);
  expect(new Set(Object.values(storedJobs).map(({ name }) => name)).size).toBe(4);
  expect((await w.certificates.find(reference))?.state).toBe("APPROVED");
});

test("an order that was accepted by that version is the same order when it is sent again, and nothing of it is written otherwise", async () => {
  const w = await world();
  await restore(w.redis, w.keys.prefix);
  const needs = { certificates: w.certificates, clock: { now: () => TAKEN_AT } };

  const answers = await Promise.all(
    orders.map(async ([, { order = "" }]) => {
      const { domain: _domain, ...body } = JSON.parse(order);
      return acceptOrder(body, needs, SHOP);
    }),
  );

  expect(answers.length).toBeGreaterThan(10);
  for (const answer of answers) expect(answer).toMatchObject({ answer: "same", normalised: [] });
});

test("an order that a later version would not take any more, or would write otherwise, is still the same order", async () => {
  const w = await world();
  await restore(w.redis, w.keys.prefix);
  const [[reference, { order = "", ...fields }] = ["", {} as Record<string, string>]] = orders;
  const { domain, ...body } = JSON.parse(order);
  body.contacts.admin = { ...body.contacts.admin, country: "UK", phone: "+999.1234567", city: "Unknown" };
  body.customer.name = "\u202eadA";
  const digest = orderDigest({ ...body, domain });
  const needs = { certificates: w.certificates, clock: { now: () => TAKEN_AT } };
  await w.redis.hset(w.keys.certificate(reference), { ...fields, order: JSON.stringify({ ...body, domain }), digest });

  expect(await acceptOrder(body, needs, SHOP)).toMatchObject({ answer: "same" });
  expect(await acceptOrder({ ...body, reference: "new" }, needs, SHOP)).toMatchObject({
    faults: [{ field: "contacts/admin/city" }, { field: "contacts/admin/phone" }, { field: "customer/name" }],
  });
});

test("a ledger that is lost is rebuilt from the journal of that version, and its orders go on", async () => {
  const w = await world();
  const needs = orderNeeds(w);
  const before = records(w.keys.prefix);
  await restore(w.redis, w.keys.prefix, /^ledger:/);
  for (const line of lines(w.keys.prefix)) await w.journal.append(line);

  await rebuild(needs, { account: "main", words: "update" }, { certificates: w.certificates, now: new Date() });

  for (const map of ["owner", "held", "parked", "unsettled"] as const)
    expect(await w.redis.hgetall(w.keys.ledger[map]("main"))).toEqual(before[`ledger:main:${map}`]?.value ?? {});
  const { inFlight } = await viewLedger(needs, "main", []);
  expect(inFlight).toMatchObject([{ number: 1, flag: "S" }]);
  for (const [reference, { attempt = "0", state }] of orders) {
    const newest = await findAttempt(needs, reference, Number(attempt));
    if (attempt !== "0") expect(newest?.account).toBe("main");
    if (state === "PARKED") expect(newest?.state).toBe("PARKED");
  }
});

test("a decision that was asked for before the update is carried out after it", async () => {
  const w = await world();
  const needs = orderNeeds(w);
  await restore(w.redis, w.keys.prefix, /^ledger:/);
  for (const line of lines(w.keys.prefix)) await w.journal.append(line);
  await rebuild(needs, { account: "main", words: "update" }, { certificates: w.certificates, now: new Date() });

  await advanceOrder("parked-adopt-asked", needs);

  const decided = await w.certificates.find("parked-adopt-asked");
  expect(decided?.record.wish).toBeNull();
  expect(decided?.record.timeline.map(({ event }) => event)).toContain("decision.not-bought");
});
