// How many certificates stand where, and which end soon, counted from the lists: no certificate is read, and no list is
// gone through.
import { type Status, statuses } from "../../../shared/certificate/certificate.ts";
import { countEnded, endingStatuses } from "../../../shared/certificate/lists/ended.ts";
import { areListsWhole, type ListNeeds } from "../../../shared/certificate/lists/listed.ts";
import { countEndedBefore, findEndingBefore } from "./older-counts.ts";

interface Span {
  now: Date;
  until: Date;
}

/** A certificate ends without anybody saving it: until it is moved it stands in the list of the status that it had. */
export async function countByStatus(needs: ListNeeds, now: Date): Promise<Record<Status, number>> {
  const { redis, keys } = needs;
  const sizes = await Promise.all(
    statuses.map(async (each) => [each, await redis.zcard(keys.byStatus(each))] as const),
  );
  const counts = Object.fromEntries(sizes) as Record<Status, number>;
  const older = (await areListsWhole(needs)) ? null : await countEndedBefore(needs, now);
  for (const stood of endingStatuses) {
    const over = older ? (older[stood] ?? 0) : await countEnded(needs, now, [stood]);
    counts[stood] -= over;
    counts.expired += over;
  }
  return counts;
}

/**
 * How many certificates end from `now` until before `until`, and the references of the first `most` of them, soonest
 * first; not of orders that are cancelled.
 */
export async function findEnding(
  needs: ListNeeds,
  span: Span,
  most: number,
): Promise<{ count: number; soonest: string[] }> {
  if (!(await areListsWhole(needs))) {
    const all = await findEndingBefore(needs, span);
    return { count: all.length, soonest: all.slice(0, most) };
  }
  const { redis, keys } = needs;
  const [from, before] = [span.now.getTime(), `(${span.until.getTime()}`];
  const lists = statuses
    .filter((status) => status !== "cancelled")
    .map((status) => keys.list({ status, isByExpiry: true }));
  const counts = await Promise.all(lists.map((list) => redis.zcount(list, from, before)));
  const heads = await Promise.all(
    lists.map((list) => redis.zrange(list, from, before, "BYSCORE", "LIMIT", 0, most, "WITHSCORES")),
  );
  const found = heads.flatMap((flat) =>
    flat.flatMap((reference, i) => (i % 2 === 0 ? [{ reference, at: Number(flat[i + 1]) }] : [])),
  );
  found.sort((a, b) => a.at - b.at || (a.reference < b.reference ? -1 : 1));
  return {
    count: counts.reduce((sum, each) => sum + each, 0),
    soonest: found.slice(0, most).map(({ reference }) => reference),
  };
}
