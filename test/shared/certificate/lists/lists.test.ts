// Stories about lists of certificates: every combination of conditions answers what is there, and reads what it shows.
import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import { expect, inject, onTestFinished, test, vi } from "vitest";
import { plusDays } from "../../../../src/shared/base/dates.ts";
import { createLog } from "../../../../src/shared/base/log.ts";
import { type Certificate, statuses, statusOf } from "../../../../src/shared/certificate/certificate.ts";
import type { Query } from "../../../../src/shared/certificate/list.ts";
import { moveEnded } from "../../../../src/shared/certificate/lists/ended.ts";
import { areListsWhole } from "../../../../src/shared/certificate/lists/listed.ts";
import { listOlder } from "../../../../src/shared/certificate/lists/older.ts";
import { certificateStore } from "../../../../src/shared/certificate/store.ts";
import { keysUnder } from "../../../../src/shared/redis/keys.ts";
import { BUSY_DOMAIN, fillAsBefore } from "../../../bench/listed-fleet.ts";
import { NOW } from "../../../bench/stored-fleet.ts";
import { defaultPolicy } from "../../../support/policy.ts";

const log = createLog("silent" as never, "test");
/** Thousands of records are written first: on a busy machine that takes its time. */
vi.setConfig({ testTimeout: 90_000 });

/** A fleet as version 0.1.0 kept it. */
async function olderFleet(count: number) {
  const redis = new Redis(inject("redisUrl"));
  onTestFinished(() => redis.disconnect());
  const keys = keysUnder(`{test-${randomUUID()}}`);
  await fillAsBefore(redis, keys, count);
  const store = certificateStore(redis, keys, defaultPolicy);
  const references = await redis.zrange(keys.byAcceptance, "0", "-1");
  const all = (await Promise.all(references.map((each) => store.find(each)))).filter((each) => each !== undefined);
  const complete = (signal?: AbortSignal) => listOlder({ redis, keys, log, owner: randomUUID(), signal });
  return { redis, keys, store, all, complete };
}

const everyQuery: Query[] = [undefined, ...statuses].flatMap((status) =>
  [undefined, BUSY_DOMAIN].flatMap((domain) =>
    [undefined, plusDays(NOW, 45)].flatMap((expiresBefore) =>
      [false, true].map((attention) => ({ status, domain, expiresBefore, attention })),
    ),
  ),
);

/** What a reader of all records would answer, in the order of the list. */
function expected(all: readonly Certificate[], { status, domain, expiresBefore, attention }: Query): string[] {
  const endOf = ({ record }: Certificate): number =>
    record.issue ? new Date(record.issue.notAfter).getTime() : Infinity;
  const found = all.filter(
    (each) =>
      (!status || statusOf(each, NOW) === status) &&
      (!domain || each.order.domain === domain) &&
      (!expiresBefore || endOf(each) < expiresBefore.getTime()) &&
      (!attention || each.record.attention !== null),
  );
  const byReference = (a: Certificate, b: Certificate): number => (a.order.reference < b.order.reference ? -1 : 1);
  const isByExpiry = expiresBefore !== undefined || status === "expired";
  found.sort((a, b) => (isByExpiry ? endOf(a) - endOf(b) || byReference(a, b) : byReference(a, b)));
  return found.map(({ order }) => order.reference);
}

type Store = Awaited<ReturnType<typeof olderFleet>>["store"];

async function readAll(store: Store, query: Query, limit: number): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.list(query, { limit, cursor }, NOW);
    expect(page.certificates.length).toBeLessThanOrEqual(limit);
    found.push(...page.certificates.map(({ order }) => order.reference));
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}

test("every combination of conditions lists what is there, in its order and once, whatever the pages: before an older fleet is listed, while it is, and afterwards", async () => {
  const { store, all, complete, redis, keys } = await olderFleet(300);
  const check = async (limit: number): Promise<void> => {
    for (const query of everyQuery)
      expect(await readAll(store, query, limit), JSON.stringify(query)).toEqual(expected(all, query));
  };

  await check(150);
  const stopped = AbortSignal.abort();
  await complete(stopped); // ends at once, as a process does that is told to
  expect(await areListsWhole({ redis, keys })).toBe(false);
  expect(await complete()).toBe(300);
  expect(await areListsWhole({ redis, keys })).toBe(true);
  await check(37);
});

test("with 3,000 certificates no list reads more than it shows, first page or later", async () => {
  const { store, complete, redis, keys } = await olderFleet(3_000);
  await complete();
  while ((await moveEnded({ redis, keys }, NOW, 500)) > 0);
  const limit = 20;
  const sent = vi.spyOn(redis, "sendCommand");

  for (const query of everyQuery) {
    let cursor: string | undefined;
    for (let page = 0; page < 4; page++) {
      sent.mockClear();
      const found = await store.list(query, { limit, cursor }, NOW);
      const commands = sent.mock.calls.map(([{ name }]) => name);
      const read = commands.filter((name) => name === "hgetall").length;
      expect(read, JSON.stringify(query)).toBe(found.certificates.length);
      expect(commands.length - read, JSON.stringify(query)).toBeLessThan(8);
      cursor = found.cursor ?? undefined;
      if (cursor === undefined) break;
    }
  }
});

test("certificates that end leave the list of their status, however many end in the same second, and no page reads all of them", async () => {
  const { store, all, complete, redis, keys } = await olderFleet(1_000);
  await complete();
  const later = plusDays(NOW, 41); // half of them ended on one day
  const valid = all.filter((each) => statusOf(each, later) === "issued").map(({ order }) => order.reference);
  const over = all.filter((each) => statusOf(each, later) === "expired").length;
  const sent = vi.spyOn(redis, "sendCommand");

  const page = await store.list({ status: "issued" }, { limit: 5 }, later);

  expect(page.certificates.map(({ order }) => order.reference)).toEqual(valid.slice(0, page.certificates.length));
  expect(sent.mock.calls.filter(([{ name }]) => name === "hgetall").length).toBeLessThan(500);
  while ((await moveEnded({ redis, keys }, later, 500)) > 0);
  expect(await redis.zcard(keys.byStatus("expired"))).toBe(over);
  expect(await redis.zrange(keys.byStatus("issued"), "0", "-1")).toEqual(valid);
});

test("what a process of the version before saved meanwhile is found by the next look, and only that", async () => {
  const { store, all, complete, redis, keys } = await olderFleet(300);
  await complete();
  const [one] = all.filter((each) => statusOf(each, NOW) === "ordered");
  const reference = one?.order.reference ?? "";
  const key = keys.certificate(reference);
  // As its save did it: no word of the lists of this version.
  await redis.hset(key, "status", "failed", "state", "REFUSED");
  await redis.hincrby(key, "version", 1);
  await redis.zrem(keys.byStatus("ordered"), reference);
  await redis.zadd(keys.byStatus("failed"), 1, reference);

  expect(await complete()).toBe(1);

  const failed = await readAll(store, { status: "failed", domain: one?.order.domain }, 50);
  expect(failed).toEqual([reference]);
  expect(await redis.zscore(keys.list({ domain: one?.order.domain, status: "ordered" }), reference)).toBeNull();
});

test("a list that nobody waits for any more reads nothing further", async () => {
  const { store } = await olderFleet(50);

  const asked = store.list({}, { limit: 50, signal: AbortSignal.abort() }, NOW);

  await expect(asked).rejects.toThrow("nobody waits for it any more");
});
