// A Redis that holds a great many certificates: each as the road leaves it, a few of them due, and those made due again.
import type { Redis } from "ioredis";
import { openTestCa } from "../../src/sandbox/ca/ca.ts";
import { plusDays } from "../../src/shared/base/dates.ts";
import { parseOrder } from "../../src/shared/certificate/order.ts";
import { withEvent } from "../../src/shared/certificate/record.ts";
import { certificateStore } from "../../src/shared/certificate/store.ts";
import { type Keys, keysUnder } from "../../src/shared/redis/keys.ts";
import { verifyIssued } from "../../src/workers/order/issued-certificate.ts";
import { orderBody } from "../support/order.ts";
import { defaultPolicy } from "../support/policy.ts";

/** The time of the look. Due is what ends within the ten days of the default policy. */
export const NOW = new Date("2026-11-22T12:00:00Z");
const DUE_SINCE_DAYS = 192;
const LATER_DAYS = 30;
const ACCOUNT = "main";
/** Stands in the template where every certificate has its own. */
const REFERENCE = "bench-#######";
/** Certificates in one pipeline. */
const BATCH = 1_000;
/** What happens on the road from the order to the certificate; the words are as long as the real ones. */
const ROAD = [
  ["certificate.planned", "2 years for 19.90 USD on account main"],
  ["certificate.purchased", "CertID 900100, order 500000100"],
  ["certificate.configured", "shop.example.com"],
  ["certificate.submitted", "approver admin@example.com"],
  ["mail.requested", "validation-required to client@example.net"],
  ["certificate.issued", "serial 3AC0F4B1D2E5968778695A4B3C2D1E0F, valid until 2027-04-19T11:59:59.000Z"],
  ["mail.requested", "certificate-issued to client@example.net"],
] as const;

export interface Template {
  hash: Readonly<Record<string, string>>;
  endsAt: number;
  dueAt: number;
}

/** A certificate issued so many days ago, written by the same functions that keep real ones; it stays in `redis`, under `keys`. */
export async function template({ redis, keys }: { redis: Redis; keys: Keys }, ageDays: number): Promise<Template> {
  const at = plusDays(NOW, -ageDays);
  const parsed = await parseOrder(await orderBody({ reference: REFERENCE.replaceAll("#", "0"), years: 2 }), at);
  if ("faults" in parsed) throw new Error(JSON.stringify(parsed.faults));
  const { order } = parsed;
  const ca = await openTestCa();
  const certificatePem = await ca.issue(order.csr, { notBefore: at, days: 200 });
  const sent = { certificatePem, intermediatesPem: [ca.intermediatePem] };
  const taken = await verifyIssued(sent, { csr: order.csr, domain: order.domain, now: NOW });
  if ("fault" in taken) throw new Error(taken.fault);
  const store = certificateStore(redis, keys, defaultPolicy);
  await store.accept(order, at);
  const key = keys.certificate(order.reference);
  const purchases = JSON.stringify([{ certId: 900100, orderId: 500000100, at: at.toISOString(), years: 2 }]);
  const facts = { certId: 900100, account: ACCOUNT, years: 2, price: "19.90", slotAt: at.getTime() };
  await redis.hset(key, { state: "CONFIGURED", attempt: 1, purchases, ...facts });
  const certificate = await store.find(order.reference);
  if (!certificate) throw new Error("the template was not kept");
  const told = ROAD.reduce((record, [event, detail]) => withEvent(record, at, event, detail), certificate.record);
  const done = { submittedAt: at.toISOString(), instructed: true, toldSerial: taken.issue.serialNumber };
  await store.save({ ...certificate, record: { ...told, ...done, issue: taken.issue } }, NOW);
  const dueAt = Number(await redis.zscore(keys.due, order.reference));
  return { hash: await redis.hgetall(key), endsAt: new Date(taken.issue.notAfter).getTime(), dueAt };
}

export interface Fleet {
  redis: Redis;
  keys: Keys;
  due: number;
  templates: { due: Template; later: Template };
}

/** Fills an empty Redis: of `stored` certificates the first `due` are due. */
export async function storedFleet(redis: Redis, { stored, due }: { stored: number; due: number }): Promise<Fleet> {
  const sample = { redis, keys: keysUnder("{bench-template}") };
  const templates = { due: await template(sample, DUE_SINCE_DAYS), later: await template(sample, LATER_DAYS) };
  await redis.flushall();
  const fleet = { redis, keys: keysUnder("{bench}"), due, templates };
  for (let from = 0; from < stored; from += BATCH) await put(fleet, from, Math.min(stored, from + BATCH));
  return fleet;
}

/** What was acted on is as before, due and untouched. */
export async function dueAgain(fleet: Fleet): Promise<void> {
  const { redis, keys, due } = fleet;
  await redis.del(keys.unfinished("reissue"), keys.byStatus("reissuing"));
  for (let from = 0; from < due; from += BATCH) await put(fleet, from, Math.min(due, from + BATCH));
}

async function put({ redis, keys, due, templates }: Fleet, from: number, to: number): Promise<void> {
  const pipeline = redis.pipeline();
  const accepted: (string | number)[] = [];
  const expiry: (string | number)[] = [];
  const acts: (string | number)[] = [];
  const owners: Record<string, string> = {};
  const held: Record<string, string> = {};
  for (let i = from; i < to; i++) {
    const { hash, endsAt, dueAt } = i < due ? templates.due : templates.later;
    const reference = REFERENCE.replace("#######", String(i).padStart(7, "0"));
    const order = hash.order?.replace(REFERENCE.replaceAll("#", "0"), reference) ?? "";
    pipeline.hset(keys.certificate(reference), { ...hash, order });
    // The order itself is for one domain, since each CSR takes a while to make; the index knows a domain each, as a real one does.
    pipeline.zadd(keys.byDomain(`${reference}.example.com`), i, reference);
    accepted.push(i, reference);
    expiry.push(endsAt + i, reference);
    acts.push(dueAt + i / 1_000, reference);
    owners[`${900_100 + i}`] = reference;
    held[reference] = `${900_100 + i}`;
  }
  pipeline.zadd(keys.byAcceptance, ...accepted).zadd(keys.byStatus("issued"), ...accepted);
  pipeline.zadd(keys.byExpiry, ...expiry).zadd(keys.due, ...acts);
  pipeline.hset(keys.ledger.owner(ACCOUNT), owners).hset(keys.ledger.held(ACCOUNT), held);
  await pipeline.exec();
}
