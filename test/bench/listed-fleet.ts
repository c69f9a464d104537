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
const TELL_BATCHES = 20;

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

/** Of each kind one certificate is sent; Redis itself makes the others of it, each with its own reference, name and end. */
const FILL = `
local n, placeholder, busy, prefix = tonumber(ARGV[1]), ARGV[2], ARGV[3], ARGV[4]
local status, attention, notAfter, busyKey = ARGV[5], ARGV[6], ARGV[7], KEYS[5]
local fields = cjson.decode(ARGV[8])
for j = 1, n do
  local at = 8 + (j - 1) * 3
  local i, ends, endMs = ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
  local reference = string.format('bench-%07d', i)
  local domain = i % 20 == 0 and busy or reference .. '.example.com'
  local order = string.gsub(fields.order, placeholder, reference)
  order = string.gsub(order, '"domain":"[^"]*"', '"domain":"' .. domain .. '"', 1)
  local record = notAfter == '' and fields.record or string.gsub(fields.record, notAfter, ends)
  local hash = {}
  for name, value in pairs(fields) do
    if name ~= 'order' and name ~= 'record' and name ~= 'acceptedAt' then hash[#hash + 1] = name; hash[#hash + 1] = value end
  end
  redis.call('HSET', prefix .. reference, 'order', order, 'record', record, 'acceptedAt', i, unpack(hash))
  redis.call('ZADD', KEYS[1], i, reference)
  redis.call('ZADD', KEYS[2], i, reference)
  redis.call('ZADD', domain == busy and busyKey or string.sub(busyKey, 1, -#busy - 1) .. domain, i, reference)
  if attention == '1' then redis.call('ZADD', KEYS[3], i, reference) end
  if notAfter ~= '' then redis.call('ZADD', KEYS[4], endMs, reference) end
end
`;

/** `told` hears after each so many how many there are. */
export async function fillAsBefore(
  redis: Redis,
  keys: Keys,
  stored: number,
  told: (count: number) => void = () => undefined,
): Promise<void> {
  const all = await shares(redis);
  const reference = (i: number): string => `bench-${String(i).padStart(7, "0")}`;
  const prefix = keys.certificate(reference(0)).slice(0, -reference(0).length);
  for (let from = 0; from < stored; from += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, stored - from) }, (_, j) => from + j);
    const pipeline = redis.pipeline();
    for (const [share, own] of Map.groupBy(numbers, (i) => shareOf(i, all))) {
      const { status, attention, notAfter, hash } = share;
      const index = [
        keys.byAcceptance,
        keys.byStatus(status),
        keys.withAttention,
        keys.byExpiry,
        keys.byDomain(BUSY_DOMAIN),
      ];
      const about = [own.length, literally(PLACEHOLDER), BUSY_DOMAIN, prefix, status, attention ? "1" : "0"];
      const ends = own.flatMap((i) => [i, endOf(i).toISOString(), endOf(i).getTime()]);
      const sample = [literally(notAfter ?? ""), JSON.stringify(hash)];
      pipeline.eval(FILL, index.length, ...index, ...about, ...sample, ...ends);
    }
    for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error;
    if ((from / BATCH) % TELL_BATCHES === 0) told(from);
  }
}

/** As a pattern of Lua that means these letters. */
function literally(text: string): string {
  return text.replace(/[^A-Za-z0-9]/g, "%$&");
}
