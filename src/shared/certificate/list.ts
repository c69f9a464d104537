// Lists certificates page by page, each list along the index that fits it best.

import type { Cluster, Redis } from "ioredis";
import type { Keys } from "../redis/keys.ts";
import { type Certificate, type Status, statusOf } from "./certificate.ts";

export interface Query {
  status?: Status | undefined;
  domain?: string | undefined;
  expiresBefore?: Date | undefined;
  attention?: boolean | undefined;
}

export interface Page {
  limit: number;
  cursor?: string | undefined;
}

interface ListNeeds {
  redis: Redis | Cluster;
  keys: Keys;
  find: (reference: string) => Promise<Certificate | undefined>;
}

/** One page, and where the next one starts. */
export async function listPage(
  { redis, keys, find }: ListNeeds,
  { query, page, now }: { query: Query; page: Page; now: Date },
): Promise<{ certificates: Certificate[]; cursor: string | null }> {
  const { key, below } = indexFor(keys, query, now);
  const found: Certificate[] = [];
  let after = readCursor(page.cursor);
  for (;;) {
    const entries = await entriesAfter(redis, key, { after, below, count: Math.max(page.limit, 50) });
    const read = await Promise.all(entries.page.map(({ reference }) => find(reference)));
    for (const [i, entry] of entries.page.entries()) {
      if (found.length === page.limit) return { certificates: found, cursor: writeCursor(after) };
      after = entry;
      const certificate = read[i];
      if (certificate && fits(certificate, query, now)) found.push(certificate);
    }
    if (entries.last) return { certificates: found, cursor: null };
  }
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
  redis: Redis | Cluster,
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
