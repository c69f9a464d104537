// The record of every certificate in Redis: accepted once, saved over the version that was read, listed by index.
import type { Cluster, Redis } from "ioredis";
import { z } from "zod";
import { goesOnByItself } from "./attention.ts";
import {
  type Certificate,
  certificateRecord,
  isFinished,
  isParkedAndTold,
  ledgerStates,
  newRecord,
  type Purchase,
  statusOf,
} from "./certificate.ts";
import { Unavailable } from "./errors.ts";
import { type Keys, type Status, statuses } from "./keys.ts";
import { type Order, orderDigest } from "./order.ts";

export type RedisClient = Redis | Cluster;

/**
 * KEYS certificate, by acceptance, by domain, by status `ordered`, unfinished open.
 * ARGV reference, digest, order JSON, record JSON, accepted at (ms).
 * Money facts that are there already stay: a ledger rebuilt from its journal may know more of an order than its text.
 * Answers `accepted`, `same` (this very order is there) or `conflict` (the reference belongs to another order).
 */
const ACCEPT = `
local digest = redis.call('HGET', KEYS[1], 'digest')
if digest then return digest == ARGV[2] and 'same' or 'conflict' end
redis.call('HSET', KEYS[1], 'digest', ARGV[2], 'order', ARGV[3], 'record', ARGV[4], 'acceptedAt', ARGV[5], 'version', 1, 'status', 'ordered')
for field, first in pairs({ state = 'APPROVED', attempt = 0, purchases = '[]' }) do redis.call('HSETNX', KEYS[1], field, first) end
for i = 2, 5 do redis.call('ZADD', KEYS[i], ARGV[5], ARGV[1]) end
return 'accepted'`;

/**
 * KEYS certificate, attention index, expiry index, unfinished open, unfinished reissue, then an index a status.
 * ARGV reference, version read, record JSON, status, its index's position, attention (1 or empty), notAfter ms or empty,
 * open due ms or empty, reissue due ms or empty. Answers 1, or 0 when somebody else saved in between.
 */
const SAVE = `
if redis.call('HGET', KEYS[1], 'version') ~= ARGV[2] then return 0 end
local ref, accepted = ARGV[1], redis.call('HGET', KEYS[1], 'acceptedAt')
if redis.call('HGET', KEYS[1], 'status') ~= ARGV[4] then
  for i = 6, #KEYS do redis.call('ZREM', KEYS[i], ref) end
  redis.call('ZADD', KEYS[5 + tonumber(ARGV[5])], accepted, ref)
end
redis.call('HSET', KEYS[1], 'record', ARGV[3], 'status', ARGV[4])
redis.call('HINCRBY', KEYS[1], 'version', 1)
local function index(key, score) if score == '' then redis.call('ZREM', key, ref) else redis.call('ZADD', key, score, ref) end end
index(KEYS[2], ARGV[6] == '' and '' or accepted)
index(KEYS[3], ARGV[7])
index(KEYS[4], ARGV[8])
index(KEYS[5], ARGV[9])
return 1`;

const hash = z.object({
  order: z.string(),
  record: z.string(),
  state: z.enum(ledgerStates),
  version: z.coerce.number(),
  attempt: z.coerce.number(),
  rebuys: z.coerce.number().default(0),
  acceptedAt: z.coerce.number(),
  purchases: z.string(),
  certId: z.coerce.number().optional(),
  account: z.string().optional(),
  years: z.coerce.number().optional(),
  price: z.string().optional(),
});

export type CertificateStore = ReturnType<typeof certificateStore>;

export interface Query {
  status?: Status | undefined;
  domain?: string | undefined;
  expiresBefore?: Date | undefined;
  attention?: boolean | undefined;
}

export function certificateStore(redis: RedisClient, keys: Keys) {
  const find = async (reference: string): Promise<Certificate | undefined> => {
    const fields = await redis.hgetall(keys.certificate(reference));
    return "order" in fields ? parse(fields) : undefined;
  };

  return {
    find,

    /** Keeps an accepted order. The same reference with the same content is the same order, whoever asks and how often. */
    async accept(order: Order, at: Date): Promise<"accepted" | "same" | "conflict"> {
      const { reference, domain } = order;
      return (await redis.eval(
        ACCEPT,
        5,
        keys.certificate(reference),
        keys.byAcceptance,
        keys.byDomain(domain),
        keys.byStatus("ordered"),
        keys.unfinished("open"),
        reference,
        orderDigest(order),
        JSON.stringify(order),
        JSON.stringify(newRecord(order, at)),
        at.getTime(),
      )) as "accepted" | "same" | "conflict";
    },

    /** Saves the record over the version that was read. @throws Unavailable when somebody else saved in between. */
    async save(certificate: Certificate, now: Date): Promise<Certificate> {
      const { order, record } = certificate;
      const status = statusOf(certificate, now);
      const saved = await redis.eval(
        SAVE,
        5 + statuses.length,
        keys.certificate(order.reference),
        keys.withAttention,
        keys.byExpiry,
        keys.unfinished("open"),
        keys.unfinished("reissue"),
        ...statuses.map((each) => keys.byStatus(each)),
        order.reference,
        certificate.version,
        JSON.stringify(record),
        status,
        statuses.indexOf(status) + 1,
        record.attention ? 1 : "",
        record.issue ? new Date(record.issue.notAfter).getTime() : "",
        openDue(certificate, now),
        reissueDue(certificate, now),
      );
      if (saved !== 1)
        throw new Unavailable(`certificate ${order.reference} changed meanwhile`, { retryAfterSeconds: 1 });
      return { ...certificate, version: certificate.version + 1 };
    },

    /** One page, in the order of acceptance (of expiry where expiry is asked for), and where the next one starts. */
    async list(query: Query, page: { limit: number; cursor?: string | undefined }, now: Date) {
      const { key, below } = indexFor(keys, query, now);
      const found: Certificate[] = [];
      let after = readCursor(page.cursor);
      for (;;) {
        const entries = await entriesAfter(redis, key, { after, below, count: Math.max(page.limit, 50) });
        for (const entry of entries.page) {
          if (found.length === page.limit) return { certificates: found, cursor: writeCursor(after) };
          after = entry;
          const certificate = await find(entry.reference);
          if (certificate && fits(certificate, query, now)) found.push(certificate);
        }
        if (entries.last) return { certificates: found, cursor: null };
      }
    },
  };
}

function parse(fields: Record<string, string>): Certificate {
  const { order, record, purchases, certId, acceptedAt, account, years, price, ...rest } = hash.parse(fields);
  const kept = certificateRecord.parse(JSON.parse(record));
  const bought = years !== undefined && price !== undefined ? { years, price, currency: "USD" } : null;
  return {
    ...rest,
    order: JSON.parse(order) as Order,
    // A record that is older than the ledger (a crash in between, a rebuilt ledger) is completed from its facts.
    record: { ...kept, account: kept.account ?? account ?? null, plan: kept.plan ?? bought },
    purchases: JSON.parse(purchases) as Purchase[],
    certId: certId ?? null,
    acceptedAt: new Date(acceptedAt),
  };
}

/** When the sweeper may ring the order again, in ms; empty when there is nothing to do before a person decides. */
function openDue(certificate: Certificate, now: Date): number | "" {
  if (isFinished(certificate)) return "";
  return certificate.record.wish || !waitsForPerson(certificate) ? due(certificate, now) : "";
}

function reissueDue(certificate: Certificate, now: Date): number | "" {
  const { record, state } = certificate;
  return record.reissue && state === "CONFIGURED" && !waitsForPerson(certificate) ? due(certificate, now) : "";
}

function due({ record }: Certificate, now: Date): number {
  return record.nextLookAt ? new Date(record.nextLookAt).getTime() : now.getTime();
}

function waitsForPerson(certificate: Certificate): boolean {
  if (certificate.state === "PARKED") return isParkedAndTold(certificate);
  const { attention } = certificate.record;
  return attention !== null && !goesOnByItself(attention.code);
}

interface Entry {
  score: number;
  reference: string;
}

function indexFor(keys: Keys, query: Query, now: Date): { key: string; below: number | "+inf" } {
  if (query.expiresBefore) return { key: keys.byExpiry, below: query.expiresBefore.getTime() - 1 };
  if (query.status === "expired") return { key: keys.byExpiry, below: now.getTime() };
  if (query.domain) return { key: keys.byDomain(query.domain), below: "+inf" };
  if (query.attention) return { key: keys.withAttention, below: "+inf" };
  return { key: query.status ? keys.byStatus(query.status) : keys.byAcceptance, below: "+inf" };
}

function fits(certificate: Certificate, query: Query, now: Date): boolean {
  if (query.status && statusOf(certificate, now) !== query.status) return false;
  if (query.domain && certificate.order.domain !== query.domain) return false;
  return !query.attention || certificate.record.attention !== null;
}

/** Entries behind `after`. Equal scores lie in the order of their names, so (score, name) is a place that stays. */
async function entriesAfter(
  redis: RedisClient,
  key: string,
  range: { after: Entry | undefined; below: number | "+inf"; count: number },
): Promise<{ page: Entry[]; last: boolean }> {
  const { after, below, count } = range;
  for (let offset = 0; ; offset += count) {
    const flat = await redis.zrange(
      key,
      `${after?.score ?? "-inf"}`,
      `${below}`,
      "BYSCORE",
      "LIMIT",
      offset,
      count,
      "WITHSCORES",
    );
    const read: Entry[] = [];
    for (let i = 0; i < flat.length; i += 2) read.push({ reference: flat[i] ?? "", score: Number(flat[i + 1]) });
    const page = read.filter((e) => !after || e.score > after.score || e.reference > after.reference);
    const last = read.length < count;
    if (page.length > 0 || last) return { page, last };
  }
}

/** Whether a list can go on from here; another text would quietly start it anew. */
export function isCursor(text: string): boolean {
  return readCursor(text) !== undefined;
}

function readCursor(cursor: string | undefined): Entry | undefined {
  const [score, reference] = cursor ? Buffer.from(cursor, "base64url").toString().split("\n") : [];
  if (!reference || !Number.isFinite(Number(score))) return undefined;
  return { score: Number(score), reference };
}

function writeCursor(entry: Entry | undefined): string | null {
  return entry ? Buffer.from(`${entry.score}\n${entry.reference}`).toString("base64url") : null;
}
