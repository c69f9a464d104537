// How many certificates a list has in all: counted from the lists, and no certificate is read.
import { Unavailable } from "../../base/errors.ts";
import { endingStatuses } from "./ended.ts";
import { areListsWhole, type ListNeeds } from "./listed.ts";
import type { Span } from "./page.ts";
import { isPlain, listedFits } from "./prefilter.ts";
import { type ListQuery, statusesOf } from "./query.ts";
import { expirySpans, mustHaveUpdates } from "./spans.ts";

/** Changes that are looked at one by one, where they are asked for together with something else. */
const MOST_LOOKED_AT = 20_000;
const AT_ONCE = 1_000;

/** More than 20,000 changes would have to be looked at; `changes`: how many there are. */
export interface TooMany {
  changes: number;
}

/** @throws Unavailable while lists are made after an update */
export async function countCertificates(needs: ListNeeds, query: ListQuery, now: Date): Promise<number | TooMany> {
  if (query.updatedSince) return countUpdated(needs, query, { now, since: query.updatedSince.getTime() });
  if (!(await areListsWhole(needs)) && (await needs.redis.exists(needs.keys.byAcceptance)) === 1)
    throw new Unavailable("After an update the certificates are being listed. Ask again in a few minutes.", {
      retryAfterSeconds: 30,
    });
  const { redis, keys } = needs;
  const { domain, attention, expiresBefore } = query;
  const statuses = statusesOf(query);
  const list = (status?: string): string => keys.list({ domain, status, attention });
  if (expiresBefore) return sumOf(needs, expirySpans(needs, query, now));
  if (!statuses) return redis.zcard(list());
  const counts = statuses.map(async (status) => {
    if (status === "expired") return sumOf(needs, expirySpans(needs, { ...query, status }, now));
    // What has ended leaves this list a moment later.
    const ends = endingStatuses.some((each) => each === status);
    const ended = ends
      ? [{ key: keys.list({ domain, status, attention, isByExpiry: true }), below: now.getTime() }]
      : [];
    return (await redis.zcard(list(status))) - (await sumOf(needs, ended));
  });
  return (await Promise.all(counts)).reduce((sum, each) => sum + each, 0);
}

async function sumOf({ redis }: ListNeeds, spans: readonly Span[]): Promise<number> {
  const counts = await Promise.all(
    spans.map(({ key, from, below }) => redis.zcount(key, from ?? "-inf", below === undefined ? "+inf" : `(${below}`)),
  );
  return counts.reduce((sum, each) => sum + each, 0);
}

async function countUpdated(
  needs: ListNeeds,
  query: ListQuery,
  { now, since }: { now: Date; since: number },
): Promise<number | TooMany> {
  const { redis, keys } = needs;
  await mustHaveUpdates(needs);
  const all = await redis.zcount(keys.byUpdate, since, "+inf");
  if (isPlain(query)) return all;
  if (all > MOST_LOOKED_AT) return { changes: all };
  const references = await redis.zrange(keys.byUpdate, since, "+inf", "BYSCORE");
  let count = 0;
  for (let i = 0; i < references.length; i += AT_ONCE) {
    const batch = references.slice(i, i + AT_ONCE);
    const listed = await Promise.all(batch.map((reference) => redis.hget(keys.certificate(reference), "listed")));
    count += listed.filter((text) => text !== null && listedFits(text, query, now)).length;
  }
  return count;
}
