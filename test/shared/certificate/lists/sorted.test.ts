// Stories about the order of lists: sorted either way, of several statuses at once, by the last change; and how many there are.
import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import { expect, inject, onTestFinished, test } from "vitest";
import { plusDays } from "../../../../src/shared/base/dates.ts";
import { createLog } from "../../../../src/shared/base/log.ts";
import { type Certificate, type Status, statusOf } from "../../../../src/shared/certificate/certificate.ts";
import type { Query } from "../../../../src/shared/certificate/list.ts";
import { moveEnded } from "../../../../src/shared/certificate/lists/ended.ts";
import { listOlder } from "../../../../src/shared/certificate/lists/older.ts";
import { sorts, statusesOf } from "../../../../src/shared/certificate/lists/query.ts";
import { withEvent } from "../../../../src/shared/certificate/record.ts";
import { certificateStore } from "../../../../src/shared/certificate/store.ts";
import { keysUnder } from "../../../../src/shared/redis/keys.ts";
import { BUSY_DOMAIN, fillAsBefore } from "../../../bench/listed-fleet.ts";
import { NOW } from "../../../bench/stored-fleet.ts";
import { defaultPolicy } from "../../../support/policy.ts";

const log = createLog("silent" as never, "test");

async function olderFleet(count: number) {
  const redis = new Redis(inject("redisUrl"));
  onTestFinished(() => redis.disconnect());
  const keys = keysUnder(`{test-${randomUUID()}}`);
  await fillAsBefore(redis, keys, count);
  const store = certificateStore(redis, keys, defaultPolicy);
  const references = await redis.zrange(keys.byAcceptance, "0", "-1");
  const all = (await Promise.all(references.map((each) => store.find(each)))).filter((each) => each !== undefined);
  const complete = () => listOlder({ redis, keys, log, owner: randomUUID() });
  const times = async () =>
    new Map(
      await Promise.all(
        references.map(async (each) => [each, Number(await redis.zscore(keys.byUpdate, each))] as const),
      ),
    );
  return { redis, keys, store, all, complete, times };
}
type Store = Awaited<ReturnType<typeof olderFleet>>["store"];

async function readAll(store: Store, query: Query, limit: number): Promise<string[]> {
  const found: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await store.list(query, { limit, cursor }, NOW);
    found.push(...page.certificates.map(({ order }) => order.reference));
    cursor = page.cursor;
  }
  return found;
}

const someStatuses: (readonly Status[] | undefined)[] = [
  undefined,
  ["issued", "reissuing"],
  ["expired", "failed", "expired"],
  ["ordered", "attention", "cancelled", "issued"],
];
const queries: Query[] = someStatuses.flatMap((status) =>
  [undefined, BUSY_DOMAIN].flatMap((domain) =>
    [undefined, plusDays(NOW, 45)].flatMap((expiresBefore) =>
      [false, true].map((attention) => ({ status, domain, expiresBefore, attention })),
    ),
  ),
);

function expected(all: readonly Certificate[], query: Query, times: ReadonlyMap<string, number>): string[] {
  const { domain, expiresBefore, attention, updatedSince, sort = "acceptedAt" } = query;
  const endOf = ({ record }: Certificate) => (record.issue ? Date.parse(record.issue.notAfter) : Infinity);
  const keyOf = (each: Certificate): number => {
    if (sort.endsWith("acceptedAt")) return each.acceptedAt.getTime();
    return sort.endsWith("expiry") ? endOf(each) : (times.get(each.order.reference) ?? 0);
  };
  const found = all.filter(
    (each) =>
      statusesOf(query)?.includes(statusOf(each, NOW)) !== false &&
      (!domain || each.order.domain === domain) &&
      (!expiresBefore || endOf(each) < expiresBefore.getTime()) &&
      (!attention || each.record.attention !== null) &&
      (!sort.endsWith("expiry") || endOf(each) < Infinity) &&
      (!updatedSince || (times.get(each.order.reference) ?? 0) >= updatedSince.getTime()),
  );
  found.sort((a, b) => keyOf(a) - keyOf(b) || (a.order.reference < b.order.reference ? -1 : 1));
  const names = found.map(({ order }) => order.reference);
  return sort.startsWith("-") ? names.reverse() : names;
}

test("lists of several statuses, in any order, show each certificate once, and their count is how many they show", {
  timeout: 60_000,
}, async () => {
  const { store, all, complete, times, redis, keys } = await olderFleet(150);
  await expect(store.list({ sort: "updated" }, { limit: 5 }, NOW)).rejects.toThrow("sorted by time of change");
  await complete();
  await moveEnded({ redis, keys }, NOW, 500); // that they ended is a change, too
  const changed = await times();

  for (const query of queries) {
    for (const sort of sorts)
      expect(await readAll(store, { ...query, sort }, 31), JSON.stringify({ ...query, sort })).toEqual(
        expected(all, { ...query, sort }, changed),
      );
    expect(await store.count(query, NOW), JSON.stringify(query)).toBe(expected(all, query, changed).length);
  }
});

test("who asks for what was changed since a time hears of every change, page by page, whatever is changed meanwhile", async () => {
  const { store, all, complete, times, redis, keys } = await olderFleet(60);
  await complete();
  const since = plusDays(NOW, 1);
  const change = async (each: Certificate | undefined, at: Date) => {
    const read = each && (await store.find(each.order.reference));
    if (read) await store.save({ ...read, record: withEvent(read.record, at, "certificate.changed") }, at);
  };
  for (const [i, each] of all.slice(0, 9).entries()) await change(each, new Date(since.getTime() + i));
  const query: Query = { updatedSince: since };
  expect(await readAll(store, query, 4)).toEqual(expected(all, { ...query, sort: "updated" }, await times()));
  expect(await store.count(query, NOW)).toBe(9);
  expect(await store.count({ ...query, status: ["issued", "reissuing", "expired"] }, NOW)).toBe(
    expected(all, { ...query, sort: "updated", status: ["issued", "reissuing", "expired"] }, await times()).length,
  );

  const first = await store.list(query, { limit: 4 }, NOW);
  await change(all[2], new Date(since.getTime() + 100)); // was read: comes again
  await change(all[7], new Date(since.getTime() + 101)); // was not read
  const rest: string[] = [];
  for (let cursor = first.cursor; cursor !== null; ) {
    const page = await store.list(query, { limit: 4, cursor }, NOW);
    rest.push(...page.certificates.map(({ order }) => order.reference));
    cursor = page.cursor;
  }
  const seen = new Set([...first.certificates.map(({ order }) => order.reference), ...rest]);
  expect(seen).toEqual(new Set(all.slice(0, 9).map(({ order }) => order.reference)));
  expect(rest.slice(-2)).toEqual([all[2], all[7]].map((each) => each?.order.reference));
  expect(await redis.zcard(keys.byUpdate)).toBe(60);
});
