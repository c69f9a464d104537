// Which lists in Redis hold just what was asked for, or the narrowest one that holds it all.
import { Unavailable } from "../../base/errors.ts";
import { endingStatuses, moveEnded } from "./ended.ts";
import { areListsWhole, isUpdateListWhole, type ListNeeds } from "./listed.ts";
import type { Span } from "./page.ts";
import { type ListQuery, sortOf, statusesOf } from "./query.ts";

/** Ended certificates that one list puts into their place before it answers. */
const MOVED_AT_ONCE = 200;

/**
 * The lists whose entries, merged, are what was asked for, and all in one order.
 * @throws Unavailable where they are still being made after an update
 */
export async function spansOf(needs: ListNeeds, query: ListQuery, now: Date): Promise<Span[]> {
  const { keys } = needs;
  const { domain, attention, updatedSince } = query;
  const statuses = statusesOf(query);
  const by = sortOf(query).replace("-", "");
  if (by === "updated") {
    await mustHaveUpdates(needs);
    return [{ key: keys.byUpdate, from: updatedSince?.getTime() }];
  }
  const isByExpiry = by === "expiry";
  const isNarrow = statuses !== undefined || domain !== undefined || attention === true || isByExpiry;
  if (isNarrow && !(await areListsWhole(needs))) return [olderSpan(needs, query, now)];
  // With their time the ended ones change their status, and nothing else.
  const left = statuses === undefined ? 0 : await moveEnded(needs, now, MOVED_AT_ONCE);
  if (isByExpiry) return expirySpans(needs, query, now);
  const list = (status?: string): Span => ({ key: keys.list({ domain, status, attention }) });
  if (!statuses) return [list()];
  // Those that ended and were not moved yet are found where they stand, among others.
  const isWider = left > 0 && statuses.includes("expired");
  return [...new Set([...statuses, ...(isWider ? endingStatuses : [])])].map(list);
}

/** By expiry; by these also how many there are is known (`count.ts`). */
export function expirySpans({ keys }: ListNeeds, query: ListQuery, now: Date): Span[] {
  const { domain, attention, expiresBefore } = query;
  const [at, before] = [now.getTime(), expiresBefore?.getTime()];
  const list = (status?: string): string => keys.list({ domain, status, attention, isByExpiry: true });
  const ended = { below: Math.min(before ?? Infinity, at) };
  const spans = statusesOf(query)?.flatMap((status): Span[] => {
    if (status === "expired") return [status, ...endingStatuses].map((each) => ({ key: list(each), ...ended }));
    const isValid = endingStatuses.some((each) => each === status);
    return [{ key: list(status), below: before, ...(isValid && { from: at }) }];
  });
  return spans ?? [{ key: list(), below: before }];
}

/** @throws Unavailable for a while after an update */
export async function mustHaveUpdates(needs: ListNeeds): Promise<void> {
  if (await isUpdateListWhole(needs)) return;
  if ((await needs.redis.exists(needs.keys.byAcceptance)) === 0) return; // nothing was ever ordered
  throw new Unavailable(
    "After an update the certificates are being sorted by time of change. Ask again in a few minutes.",
    { retryAfterSeconds: 30 },
  );
}

/** As version 0.1.0 listed them: right for every question, and wide for some. */
function olderSpan({ keys }: ListNeeds, query: ListQuery, now: Date): Span {
  const { domain, attention, expiresBefore } = query;
  const statuses = statusesOf(query);
  if (sortOf(query).endsWith("expiry")) {
    const ends = statuses?.join() === "expired" ? now.getTime() : undefined;
    return { key: keys.byExpiry, below: expiresBefore?.getTime() ?? ends };
  }
  if (domain) return { key: keys.byDomain(domain) };
  if (attention) return { key: keys.withAttention };
  const [status, ...others] = statuses ?? [];
  const isOne = status !== undefined && status !== "expired" && others.length === 0;
  return { key: isOne ? keys.byStatus(status) : keys.byAcceptance };
}
