// Stories about the audit trail: nothing is lost, nothing is changed without being seen, and what was begun is told.
import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { expect, inject, onTestFinished, test } from "vitest";
import type { Action } from "../../../../src/shared/authority/audit/entry.ts";
import { auditTrail } from "../../../../src/shared/authority/audit/trail.ts";
import { connectRedis, untilReady } from "../../../../src/shared/redis/client.ts";
import { keysUnder } from "../../../../src/shared/redis/keys.ts";

const clock = { now: () => new Date("2026-11-30T12:00:00.000Z") };
const ORDER: Action = {
  who: { kind: "key", id: "shop" },
  from: "192.0.2.7",
  action: "certificate.order",
  subject: "bill-1",
};

async function trails(count = 1) {
  const keys = keysUnder(`{test-${randomUUID()}}`);
  const open = async () => {
    const redis = connectRedis(inject("redisUrl"), "fail-fast", () => {});
    onTestFinished(() => redis.disconnect());
    await untilReady(redis, 10_000);
    return { redis, trail: auditTrail({ redis, keys, clock }) };
  };
  const all = await Promise.all(Array.from({ length: count }, open));
  const [first] = all;
  if (!first) throw new Error("none");
  return { ...first, keys, all: all.map(({ trail }) => trail) };
}

test("An action that was begun and ended is one entry, with what it changed.", async () => {
  const { trail } = await trails();
  const begun = await trail.begin(ORDER);
  await begun.end("done", { before: { years: 1 }, after: { years: 2 } });

  expect(await trail.list()).toEqual({
    items: [
      {
        ...ORDER,
        at: "2026-11-30T12:00:00.000Z",
        before: { years: 1 },
        after: { years: 2 },
        outcome: "done",
        seq: 2,
      },
    ],
    nextCursor: null,
  });
});

test("An action whose process died is told, and not taken for done.", async () => {
  const { trail } = await trails();
  await trail.begin(ORDER);

  expect((await trail.list()).items).toMatchObject([{ subject: "bill-1", outcome: "unknown" }]);
  expect((await trail.list({ outcome: "done" })).items).toEqual([]);
});

test("Many processes at once write one chain, and no line is lost.", async () => {
  const { trail, all } = await trails(4);
  const writes = all.flatMap((each, i) =>
    Array.from({ length: 60 }, (_, n) => each.record({ ...ORDER, subject: `${i}-${n}`, outcome: "done" })),
  );
  await Promise.all(writes);

  expect(await trail.verify()).toMatchObject({ ok: true, lines: 240, faults: [] });
  const { items } = await trail.list({ limit: 500 });
  expect(new Set(items.map(({ subject }) => subject)).size).toBe(240);
});

test.each([
  ["the beginning was cut off", async ({ redis, keys }) => redis.xtrim(keys.audit.trail, "MINID", "3-0")],
  ["a line was taken out", async ({ redis, keys }) => redis.xdel(keys.audit.trail, "3-0")],
  ["the end was cut off", async ({ redis, keys }) => redis.xdel(keys.audit.trail, "5-0")],
] as [string, (of: Awaited<ReturnType<typeof trails>>) => Promise<unknown>][])(
  "It is seen that %s.",
  async (_what, attack) => {
    const of = await trails();
    for (let n = 0; n < 5; n++) await of.trail.record({ ...ORDER, outcome: "done" });
    expect((await of.trail.verify()).ok).toBe(true);

    await attack(of);

    const { ok, faults } = await of.trail.verify();
    expect(ok).toBe(false);
    expect(faults.length).toBeGreaterThan(0);
  },
);

test("A line that was written anew with another text is seen by the line behind it.", async () => {
  const { redis, keys, trail } = await trails();
  for (let n = 0; n < 3; n++) await trail.record({ ...ORDER, subject: `bill-${n}`, outcome: "refused" });
  const all = await redis.xrange(keys.audit.trail, "-", "+");
  await redis.del(keys.audit.trail);
  for (const [id, [name = "", text = ""]] of all)
    await redis.xadd(keys.audit.trail, id, name, id === "2-0" ? text.replace("refused", "done") : text);

  expect((await trail.verify()).faults).toEqual([
    { seq: 3, message: "does not follow line 2: one of them was changed later" },
  ]);
});

test("Pages meet end to end while others write, whatever is asked for.", async () => {
  const { trail } = await trails();
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 7 }), fc.constantFrom("a", "b"), async (limit, subject) => {
      for (const each of ["a", "b", "a", "b", "b"]) await trail.record({ ...ORDER, subject: each, outcome: "done" });
      const whole = await trail.list({ subject, limit: 1_000 });
      const seen: number[] = [];
      for (let cursor: string | undefined; ; ) {
        const page = await trail.list({ subject, limit, cursor });
        await trail.record({ ...ORDER, subject, outcome: "done" });
        seen.push(...page.items.map(({ seq }) => seq));
        if (page.nextCursor === null) break;
        cursor = page.nextCursor;
      }
      expect(seen).toEqual(whole.items.map(({ seq }) => seq));
    }),
    { numRuns: 10 },
  );
});

test("What cannot be kept is refused before anything is done.", async () => {
  const { redis, trail } = await trails();
  redis.disconnect();

  await expect(trail.begin(ORDER)).rejects.toThrow();
});

test("What Redis says no to is said in words, with what to do.", async () => {
  const { redis, keys, trail } = await trails();
  await redis.set(keys.audit.trail, "not a stream");

  await expect(trail.begin(ORDER)).rejects.toThrow(
    /^Redis does not take a line of the audit trail \(WRONGTYPE .*\), so nothing was done\. Fix Redis/,
  );
});
