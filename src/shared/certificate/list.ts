// Lists certificates page by page. Each combination of conditions is a list of its own in Redis, so that a page costs as much as
// the page, and not as much as the fleet.

import { Unavailable } from "../base/errors.ts";
import { type Certificate, type Status, statusOf } from "./certificate.ts";
import { moveEnded } from "./lists/ended.ts";
import { areListsWhole, type ListNeeds as Lists } from "./lists/listed.ts";
import { entriesAfter, readCursor, type Span, writeCursor } from "./lists/page.ts";

export interface Query {
  status?: Status | undefined;
  domain?: string | undefined;
  expiresBefore?: Date | undefined;
  attention?: boolean | undefined;
}

export interface Page {
  limit: number;
  cursor?: string | undefined;
  /** Ends the work when nobody waits for it any more. */
  signal?: AbortSignal | undefined;
}

interface ListNeeds extends Lists {
  find: (reference: string) => Promise<Certificate | undefined>;
}

/**
 * Records that a page reads in vain at most, because its list is wider than the question: while an older version's
 * records are still being listed, or just after very many certificates ended at once. Then the page is short, and says
 * where the next one begins.
 */
const MOST_IN_VAIN = 400;
const LEAST_READ = 50;
/** Ended certificates that one list puts into their place before it answers. */
const MOVED_AT_ONCE = 200;

/**
 * One page, and where the next one starts; null: that was the last one.
 * @throws Unavailable when `page.signal` ended it
 */
export async function listPage(
  needs: ListNeeds,
  { query, page, now }: { query: Query; page: Page; now: Date },
): Promise<{ certificates: Certificate[]; cursor: string | null }> {
  const { limit, signal } = page;
  const span = await spanOf(needs, query, now);
  const found: Certificate[] = [];
  let after = readCursor(page.cursor);
  for (let read = 0; ; ) {
    const wanted = read === 0 ? limit : Math.max(limit - found.length, LEAST_READ);
    const entries = await entriesAfter(needs.redis, span, { after, count: wanted + 1 });
    const batch = entries.slice(0, wanted);
    const certificates = await Promise.all(batch.map(({ reference }) => needs.find(reference)));
    if (signal?.aborted) throw new Unavailable("The list was stopped: nobody waits for it any more.");
    for (const [i, entry] of batch.entries()) {
      if (found.length === limit) break;
      after = entry;
      const certificate = certificates[i];
      if (certificate && fits(certificate, query, now)) found.push(certificate);
    }
    read += batch.length;
    const isAllSeen = batch.length === 0 || after?.reference === batch.at(-1)?.reference;
    if (entries.length <= wanted && isAllSeen) return { certificates: found, cursor: null };
    if (found.length === limit || read >= limit + MOST_IN_VAIN)
      return { certificates: found, cursor: writeCursor(after) };
  }
}

/** The list that holds just what was asked for, or the narrowest one that holds it all. */
async function spanOf(needs: ListNeeds, query: Query, now: Date): Promise<Span> {
  const { keys } = needs;
  const { status, domain, attention, expiresBefore } = query;
  const before = expiresBefore?.getTime();
  const isNarrow = status !== undefined || domain !== undefined || attention === true || before !== undefined;
  if (isNarrow && !(await areListsWhole(needs))) return olderSpan(needs, query, now);
  // With their time the ended ones change their status, and nothing else.
  const left = status === undefined ? 0 : await moveEnded(needs, now, MOVED_AT_ONCE);
  if (status === "expired") {
    const below = Math.min(before ?? Infinity, now.getTime());
    return { key: keys.list({ domain, attention, isByExpiry: true, ...(left === 0 && { status }) }), below };
  }
  if (before === undefined) return { key: keys.list({ domain, status, attention }) };
  const isValid = status === "issued" || status === "reissuing";
  return {
    key: keys.list({ domain, status, attention, isByExpiry: true }),
    below: before,
    ...(isValid && { from: now.getTime() }),
  };
}

/** As version 0.1.0 listed them: right for every question, and wide for some. */
function olderSpan({ keys }: Lists, { status, domain, attention, expiresBefore }: Query, now: Date): Span {
  if (expiresBefore) return { key: keys.byExpiry, below: expiresBefore.getTime() };
  if (status === "expired") return { key: keys.byExpiry, below: now.getTime() };
  if (domain) return { key: keys.byDomain(domain) };
  if (attention) return { key: keys.withAttention };
  return { key: status ? keys.byStatus(status) : keys.byAcceptance };
}

/** Whether it still is what its list says: another process may be changing it just now. */
function fits(certificate: Certificate, { status, domain, attention, expiresBefore }: Query, now: Date): boolean {
  const { order, record } = certificate;
  if (status && statusOf(certificate, now) !== status) return false;
  if (domain && order.domain !== domain) return false;
  if (expiresBefore && !(record.issue && new Date(record.issue.notAfter) < expiresBefore)) return false;
  return !attention || record.attention !== null;
}

/** Whether a list can go on from here; another text would quietly start it anew. */
export function isCursor(text: string): boolean {
  return readCursor(text) !== undefined;
}
