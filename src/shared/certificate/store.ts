// The record of every certificate in Redis: accepted once, saved over the version that was read, listed by index.

import { z } from "zod";
import { Unavailable } from "../base/errors.ts";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import type { PolicyFor } from "../subscription/policy.ts";
import { goesOnByItself } from "./attention.ts";
import {
  type Certificate,
  isFinished,
  isParkedAndTold,
  ledgerStates,
  type Purchase,
  statuses,
  statusOf,
} from "./certificate.ts";
import { listPage, type Page, type Query } from "./list.ts";
import { type Order, orderDigest } from "./order.ts";
import { nextDue } from "./projection.ts";
import { atNextTerm, certificateRecord, newRecord } from "./record.ts";

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
 * KEYS certificate, attention index, expiry index, unfinished open, unfinished reissue, due index, then an index a status.
 * ARGV reference, version read, record JSON, status, its index's position, attention (1 or empty), notAfter ms or empty,
 * open due ms or empty, reissue due ms or empty, when the policy acts (ms) or empty. Answers 1, or 0 when somebody else saved in between.
 */
const SAVE = `
if redis.call('HGET', KEYS[1], 'version') ~= ARGV[2] then return 0 end
local ref, accepted = ARGV[1], redis.call('HGET', KEYS[1], 'acceptedAt')
if redis.call('HGET', KEYS[1], 'status') ~= ARGV[4] then
  for i = 7, #KEYS do redis.call('ZREM', KEYS[i], ref) end
  redis.call('ZADD', KEYS[6 + tonumber(ARGV[5])], accepted, ref)
end
redis.call('HSET', KEYS[1], 'record', ARGV[3], 'status', ARGV[4])
redis.call('HINCRBY', KEYS[1], 'version', 1)
local function index(key, score) if score == '' then redis.call('ZREM', key, ref) else redis.call('ZADD', key, score, ref) end end
index(KEYS[2], ARGV[6] == '' and '' or accepted)
index(KEYS[3], ARGV[7])
index(KEYS[4], ARGV[8])
index(KEYS[5], ARGV[9])
index(KEYS[6], ARGV[10])
return 1`;

/** KEYS certificate, due index. ARGV reference, version read, ms or empty. */
const RESCHEDULE = `
if redis.call('HGET', KEYS[1], 'version') ~= ARGV[2] then return 0 end
if ARGV[3] == '' then redis.call('ZREM', KEYS[2], ARGV[1]) else redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1]) end
return 1`;

const hash = z.object({
  order: z.string(),
  record: z.string(),
  state: z.enum(ledgerStates),
  version: z.coerce.number(),
  attempt: z.coerce.number(),
  term: z.coerce.number().default(1),
  rebuys: z.coerce.number().default(0),
  acceptedAt: z.coerce.number(),
  purchases: z.string(),
  certId: z.coerce.number().optional(),
  account: z.string().optional(),
  years: z.coerce.number().optional(),
  price: z.string().optional(),
  renewedAt: z.string().optional(),
});

export type CertificateStore = ReturnType<typeof certificateStore>;

/** `policyFor` decides when an order whose own text names no policy is due: every process that saves orders must know the same. */
export function certificateStore(redis: RedisClient, keys: Keys, policyFor: PolicyFor) {
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
        6 + statuses.length,
        keys.certificate(order.reference),
        keys.withAttention,
        keys.byExpiry,
        keys.unfinished("open"),
        keys.unfinished("reissue"),
        keys.due,
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
        dueAt(certificate, policyFor, now),
      );
      if (saved !== 1)
        throw new Unavailable(`certificate ${order.reference} changed meanwhile`, {
          retryAfterSeconds: 1,
          code: "changed-meanwhile",
        });
      return { ...certificate, version: certificate.version + 1 };
    },

    /** One page, in the order of acceptance (of expiry where expiry is asked for), and where the next one starts. */
    list: (query: Query, page: Page, now: Date) => listPage({ redis, keys, find }, { query, page, now }),

    /** Puts the certificate where its policy acts next, unless somebody saved in between; for a policy that changed under it. */
    async reschedule(certificate: Certificate, now: Date): Promise<void> {
      const { order, version } = certificate;
      const key = keys.certificate(order.reference);
      await redis.eval(RESCHEDULE, 2, key, keys.due, order.reference, version, dueAt(certificate, policyFor, now));
    },
  };
}

function parse(fields: Record<string, string>): Certificate {
  const { order, record, purchases, certId, acceptedAt, account, years, price, renewedAt, ...rest } =
    hash.parse(fields);
  const saved = certificateRecord.parse(JSON.parse(record));
  const kept = saved.term < rest.term ? atNextTerm(saved, rest.term, new Date(Number(renewedAt ?? 0))) : saved;
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

function dueAt(certificate: Certificate, policyFor: PolicyFor, now: Date): number | "" {
  return nextDue(certificate, policyFor, now)?.at.getTime() ?? "";
}

function waitsForPerson(certificate: Certificate): boolean {
  if (certificate.state === "PARKED") return isParkedAndTold(certificate);
  const { attention } = certificate.record;
  return attention !== null && !goesOnByItself(attention.code);
}
