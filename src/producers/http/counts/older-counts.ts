// The same counts while an earlier version's certificates are still being listed: from the lists that every version keeps, gone
// through page by page.
import type { Status } from "../../../shared/certificate/certificate.ts";
import { endingStatuses } from "../../../shared/certificate/lists/ended.ts";
import type { ListNeeds } from "../../../shared/certificate/lists/listed.ts";

const PAGE = 10_000;

/** How many have ended and still stand in the list of each status that they had. */
export async function countEndedBefore(
  { redis, keys }: ListNeeds,
  now: Date,
): Promise<Partial<Record<Status, number>>> {
  const counts = { issued: 0, reissuing: 0 };
  for await (const references of ending({ redis, keys }, { before: now.getTime() }))
    for (const stood of endingStatuses) {
      const scores = await redis.zmscore(keys.byStatus(stood), ...references);
      counts[stood] += scores.filter((score) => score !== null).length;
    }
  return counts;
}

/** References of the certificates that end in this time, soonest first; not of orders that are cancelled. */
export async function findEndingBefore(
  { redis, keys }: ListNeeds,
  span: { now: Date; until: Date },
): Promise<string[]> {
  const found: string[] = [];
  const range = { from: span.now.getTime(), before: span.until.getTime() };
  for await (const references of ending({ redis, keys }, range)) {
    const cancelled = await redis.zmscore(keys.byStatus("cancelled"), ...references);
    found.push(...references.filter((_reference, i) => cancelled[i] === null));
  }
  return found;
}

async function* ending(
  { redis, keys }: ListNeeds,
  { from, before }: { from?: number; before: number },
): AsyncGenerator<string[], void> {
  for (let offset = 0; ; offset += PAGE) {
    const range = [`${from ?? "-inf"}`, `(${before}`] as const;
    const references = await redis.zrange(keys.byExpiry, ...range, "BYSCORE", "LIMIT", offset, PAGE);
    if (references.length > 0) yield references;
    if (references.length < PAGE) return;
  }
}
