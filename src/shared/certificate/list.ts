// Lists certificates page by page. Each combination of conditions is a list of its own in Redis, so that a page costs as much as
// the page, and not as much as the fleet.

import { Unavailable } from "../base/errors.ts";
import { type Certificate, type Status, statusOf } from "./certificate.ts";
import type { ListNeeds as Lists } from "./lists/listed.ts";
import { type Entry, mergedAfter, readCursor, writeCursor } from "./lists/page.ts";
import { isPlain, withoutMisfits } from "./lists/prefilter.ts";
import { type ListQuery, sortOf, statusesOf } from "./lists/query.ts";
import { spansOf } from "./lists/spans.ts";

export { isCursor } from "./lists/query.ts";

export interface Query extends ListQuery {
  status?: Status | readonly Status[] | undefined;
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
 * Records that a page reads in vain at most, because its list is wider than the question: where changes are asked for
 * together with something else, while an older version's records are still being listed, or just after very many
 * certificates ended at once. Then the page is short, and says where the next one begins.
 */
const MOST_IN_VAIN = 400;
const MOST_LEFT_OUT = 1_000;
const LEAST_READ = 50;
/** Where most are left out without being read. */
const MOST_AT_ONCE = 200;

/**
 * One page, and where the next one starts; null: that was the last one.
 * @throws Unavailable when `page.signal` ended it, and where a list is still being made after an update
 */
export async function listPage(
  needs: ListNeeds,
  { query, page, now }: { query: Query; page: Page; now: Date },
): Promise<{ certificates: Certificate[]; cursor: string | null }> {
  const { limit, signal } = page;
  const spans = await spansOf(needs, query, now);
  const sort = sortOf(query);
  const isDescending = sort.startsWith("-");
  const isWide = sort.endsWith("updated") && !isPlain(query);
  const found: Certificate[] = [];
  let after: Entry | undefined = readCursor(page.cursor);
  for (let read = 0; ; ) {
    const wanted = read === 0 ? limit : Math.max(limit - found.length, isWide ? MOST_AT_ONCE : LEAST_READ);
    const entries = await mergedAfter(needs.redis, spans, { after, count: wanted + 1, isDescending });
    const batch = entries.slice(0, wanted);
    const likely = isWide ? await withoutMisfits(needs, { entries: batch, query, now }) : batch;
    const certificates = new Map(
      await Promise.all(likely.map(async ({ reference }) => [reference, await needs.find(reference)] as const)),
    );
    if (signal?.aborted) throw new Unavailable("The list was stopped: nobody waits for it any more.");
    for (const entry of batch) {
      if (found.length === limit) break;
      after = entry;
      const certificate = certificates.get(entry.reference);
      if (certificate && fits(certificate, query, now)) found.push(certificate);
    }
    read += batch.length;
    const isAllSeen = batch.length === 0 || after?.reference === batch.at(-1)?.reference;
    if (entries.length <= wanted && isAllSeen) return { certificates: found, cursor: null };
    if (found.length === limit || read >= limit + (isWide ? MOST_LEFT_OUT : MOST_IN_VAIN))
      return { certificates: found, cursor: writeCursor(after, sort) };
  }
}

/** Whether it still is what its list says: another process may be changing it just now. */
function fits(certificate: Certificate, query: Query, now: Date): boolean {
  const { domain, attention, expiresBefore } = query;
  const { order, record } = certificate;
  if (statusesOf(query)?.includes(statusOf(certificate, now)) === false) return false;
  if (domain && order.domain !== domain) return false;
  if (expiresBefore && !(record.issue && new Date(record.issue.notAfter) < expiresBefore)) return false;
  return !attention || record.attention !== null;
}
