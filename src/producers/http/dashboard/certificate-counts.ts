// How many certificates stand where, and which end soon, counted from the indexes: no certificate is read.
import { type Status, statuses } from "../../../shared/certificate/certificate.ts";
import type { RedisClient } from "../../../shared/redis/client.ts";
import type { Keys } from "../../../shared/redis/keys.ts";

interface CountNeeds {
  redis: RedisClient;
  keys: Keys;
}

const PAGE = 10_000;

/** A certificate ends without anybody saving it: until then it stands in the index of the status that it had. */
export async function countByStatus({ redis, keys }: CountNeeds, now: Date): Promise<Record<Status, number>> {
  const sizes = await Promise.all(
    statuses.map(async (each) => [each, await redis.zcard(keys.byStatus(each))] as const),
  );
  const counts = Object.fromEntries(sizes) as Record<Status, number>;
  for await (const references of ending({ redis, keys }, { before: now.getTime() })) {
    for (const stood of ["issued", "reissuing"] as const) {
      const scores = await redis.zmscore(keys.byStatus(stood), ...references);
      const over = scores.filter((score) => score !== null).length;
      counts[stood] -= over;
      counts.expired += over;
    }
  }
  return counts;
}

/** References of the certificates that end from `now` until before `until`, soonest first; not of orders that are over. */
export async function findEnding({ redis, keys }: CountNeeds, span: { now: Date; until: Date }): Promise<string[]> {
  const found: string[] = [];
  const range = { from: span.now.getTime(), before: span.until.getTime() };
  for await (const references of ending({ redis, keys }, range)) {
    const cancelled = await redis.zmscore(keys.byStatus("cancelled"), ...references);
    found.push(...references.filter((_reference, i) => cancelled[i] === null));
  }
  return found;
}

async function* ending(
  { redis, keys }: CountNeeds,
  { from, before }: { from?: number; before: number },
): AsyncGenerator<string[], void> {
  for (let offset = 0; ; offset += PAGE) {
    const range = [`${from ?? "-inf"}`, `(${before}`] as const;
    const references = await redis.zrange(keys.byExpiry, ...range, "BYSCORE", "LIMIT", offset, PAGE);
    if (references.length > 0) yield references;
    if (references.length < PAGE) return;
  }
}
