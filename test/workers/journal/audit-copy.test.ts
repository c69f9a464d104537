// Stories about the second copy of the audit trail: who writes to Redis cannot change both.
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, inject, onTestFinished, test } from "vitest";
import { auditTrail } from "../../../src/shared/authority/audit/trail.ts";
import { connectRedis, untilReady } from "../../../src/shared/redis/client.ts";
import { keysUnder } from "../../../src/shared/redis/keys.ts";
import { compareAudit, copyAudit } from "../../../src/workers/journal/audit-copy.ts";
import { openJournal } from "../../../src/workers/journal/open.ts";

const clock = { now: () => new Date("2026-11-30T12:00:00.000Z") };
const entry = { who: { kind: "person", id: "ada" }, from: null, action: "key.create", outcome: "done" } as const;

async function world() {
  const keys = keysUnder(`{test-${randomUUID()}}`);
  const redis = connectRedis(inject("redisUrl"), "fail-fast", () => {});
  onTestFinished(() => redis.disconnect());
  await untilReady(redis, 10_000);
  const folder = await mkdtemp(join(tmpdir(), "certfleet-audit-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const journal = await openJournal(folder, keys.prefix);
  onTestFinished(() => journal.close());
  const trail = auditTrail({ redis, keys, clock });
  for (const subject of ["one", "two", "three"]) await trail.record({ ...entry, subject });
  return { redis, keys, journal, trail };
}

test("The journal gets every line once, and agrees with the trail.", async () => {
  const w = await world();
  expect(await copyAudit(w)).toBe(3);
  await w.trail.record({ ...entry, subject: "four" });
  expect(await copyAudit(w)).toBe(1);
  expect(await copyAudit(w)).toBe(0);

  expect(await compareAudit(w, await w.trail.verify())).toEqual({ lines: 4, faults: [] });
});

test("Lines that were copied twice, because a process died before it noted that, count once.", async () => {
  const w = await world();
  await copyAudit(w);
  await w.redis.del(w.keys.audit.copied);
  await copyAudit(w);

  expect(await compareAudit(w, await w.trail.verify())).toEqual({ lines: 3, faults: [] });
});

test("A trail that was written anew, whole and with right hashes, is found out by the journal.", async () => {
  const w = await world();
  await copyAudit(w);
  await w.redis.del(w.keys.audit.trail, w.keys.audit.head);
  const forger = auditTrail({ ...w, clock });
  for (const subject of ["one", "nothing", "three"]) await forger.record({ ...entry, subject });

  const verified = await forger.verify();

  expect(verified.ok).toBe(true);
  expect((await compareAudit(w, verified)).faults).toEqual([
    "line 2 is another one in the journal",
    "line 3 is another one in the journal",
  ]);
});

test("A trail whose end is gone, head and all, is found out by the journal.", async () => {
  const w = await world();
  await copyAudit(w);
  await w.redis.del(w.keys.audit.trail, w.keys.audit.head);
  const after = auditTrail({ ...w, clock });
  await after.record({ ...entry, subject: "one" });

  expect((await compareAudit(w, await after.verify())).faults).toEqual([
    "Redis lacks the lines 2 to 3, which the journal has",
  ]);
});
