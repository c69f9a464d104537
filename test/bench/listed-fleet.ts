// A Redis that holds a great many certificates as version 0.1.0 kept them: of every status, many with the same last second, and
// thousands for one domain.
import type { Redis } from "ioredis";
import { plusDays } from "../../src/shared/base/dates.ts";
import { raise } from "../../src/shared/certificate/attention.ts";
import type { Status } from "../../src/shared/certificate/certificate.ts";
import { newRecord } from "../../src/shared/certificate/new-record.ts";
import type { Order } from "../../src/shared/certificate/order.ts";
import { type Keys, keysUnder } from "../../src/shared/redis/keys.ts";
import { NOW, type Template, template } from "./stored-fleet.ts";

/** Every twentieth certificate is for this domain. */
export const BUSY_DOMAIN = "busy.example.com";
const PLACEHOLDER = "bench-0000000";
const BATCH = 1_000;

export interface Share {
  status: Status;
  attention: boolean;
  hash: Readonly<Record<string, string>>;
  /** Absent where nothing was issued. */
  notAfter?: string;
}

/** What the records are made of, of each kind one: as the road leaves them, changed by hand where a road would be long. */
export async function shares(redis: Redis): Promise<Share[]> {
  const sample: Template = await template({ redis, keys: keysUnder("{bench-template}") }, 30);
  const { listed: _listed, listedVersion: _at, ...hash } = sample.hash;
  const order = JSON.parse(hash.order ?? "") as Order;
  const issuedRecord = JSON.parse(hash.record ?? "") as Record<string, unknown>;
  const notAfter = new Date(sample.endsAt).toISOString();
  const attention = raise("unknown-status", "eNom says: on hold", {
    ...{ reference: PLACEHOLDER, at: NOW, by: null, isCurable: false, account: null },
  });
  const fresh = newRecord(order, NOW);
  const withRecord = (record: object, more: Record<string, string | number>): Share["hash"] => ({
    ...hash,
    record: JSON.stringify(record),
    ...Object.fromEntries(Object.entries(more).map(([field, value]) => [field, `${value}`])),
  });
  const unbought = { state: "APPROVED", purchases: "[]", attempt: 0 };
  const issue = { ...(issuedRecord.issue as object), notAfter };
  return [
    { status: "issued", attention: false, notAfter, hash: withRecord({ ...issuedRecord, issue }, {}) },
    { status: "issued", attention: true, notAfter, hash: withRecord({ ...issuedRecord, issue, attention }, {}) },
    {
      status: "failed",
      attention: false,
      hash: withRecord(fresh, { ...unbought, state: "REFUSED", status: "failed" }),
    },
    { status: "ordered", attention: false, hash: withRecord(fresh, { ...unbought, status: "ordered" }) },
    {
      ...{ status: "attention", attention: true },
      hash: withRecord({ ...fresh, attention }, { ...unbought, status: "attention" }),
    },
    {
      ...{ status: "cancelled", attention: false, notAfter },
      hash: withRecord({ ...issuedRecord, issue }, { state: "CANCELLED", status: "cancelled" }),
    },
  ];
}

/** Of ten certificates five are issued and well, and one each of the other kinds; a third of the issued ones has ended. */
function shareOf(i: number, all: readonly Share[]): Share {
  const share = all[Math.max(0, (i % 10) - 4)];
  if (!share) throw new Error("no share");
  return share;
}

/** A bulk day: half of all certificates end in the same second. Of the others one ends each hour. */
function endOf(i: number): Date {
  if (i % 3 === 0) return plusDays(NOW, -1 - (i % 25));
  return i % 2 === 0 ? plusDays(NOW, 40) : new Date(plusDays(NOW, 1).getTime() + (i % 5_000) * 3_600_000);
}

export async function fillAsBefore(redis: Redis, keys: Keys, stored: number): Promise<void> {
  const all = await shares(redis);
  for (let from = 0; from < stored; from += BATCH) {
    const pipeline = redis.pipeline();
    for (let i = from; i < Math.min(stored, from + BATCH); i++) {
      const reference = `bench-${String(i).padStart(7, "0")}`;
      const { status, attention, notAfter, hash } = shareOf(i, all);
      const domain = i % 20 === 0 ? BUSY_DOMAIN : `${reference}.example.com`;
      const order = (hash.order ?? "")
        .replaceAll(PLACEHOLDER, reference)
        .replace(/"domain":"[^"]*"/, `"domain":"${domain}"`);
      const end = endOf(i);
      const record = notAfter === undefined ? hash.record : hash.record?.replaceAll(notAfter, end.toISOString());
      pipeline.hset(keys.certificate(reference), { ...hash, order, record: record ?? "", acceptedAt: i });
      pipeline.zadd(keys.byAcceptance, i, reference);
      pipeline.zadd(keys.byStatus(status), i, reference);
      pipeline.zadd(keys.byDomain(domain), i, reference);
      if (attention) pipeline.zadd(keys.withAttention, i, reference);
      if (notAfter !== undefined) pipeline.zadd(keys.byExpiry, end.getTime(), reference);
    }
    await pipeline.exec();
  }
}
