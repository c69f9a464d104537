// Of a list that is wider than the question: which entries may fit, by where they stand, before any record is read.
import { endingStatuses } from "./ended.ts";
import type { ListNeeds } from "./listed.ts";
import type { Entry } from "./page.ts";
import { type ListQuery, statusesOf } from "./query.ts";

/** Nothing is asked for that the order of the list does not answer. */
export function isPlain(query: ListQuery): boolean {
  const { domain, attention, expiresBefore } = query;
  return statusesOf(query) === undefined && domain === undefined && !attention && !expiresBefore;
}

/** One that an earlier version saved last may be anything. */
export async function withoutMisfits(
  { redis, keys }: ListNeeds,
  { entries, query, now }: { entries: readonly Entry[]; query: ListQuery; now: Date },
): Promise<Entry[]> {
  const stand = await Promise.all(
    entries.map(({ reference }) => redis.hmget(keys.certificate(reference), "listed", "listedVersion", "version")),
  );
  return entries.filter((_entry, i) => {
    const [listed, listedVersion, version] = stand[i] ?? [];
    return !listed || listedVersion !== version || listedFits(listed, query, now);
  });
}

/** `listed` as `listedText` writes it. */
export function listedFits(listed: string, query: ListQuery, now: Date): boolean {
  const [domain, stored = "", needsSomebody, end = ""] = listed.split("|");
  const isOver = end !== "" && Number(end) < now.getTime() && endingStatuses.some((each) => each === stored);
  if (statusesOf(query)?.includes(isOver ? "expired" : stored) === false) return false;
  if (query.domain !== undefined && query.domain !== domain) return false;
  if (query.attention && needsSomebody !== "1") return false;
  return !query.expiresBefore || (end !== "" && Number(end) < query.expiresBefore.getTime());
}
