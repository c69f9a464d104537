// Stories about `certfleet audit`: what an operator reads, and what a program gets.
import { randomUUID } from "node:crypto";
import { Writable } from "node:stream";
import { expect, inject, onTestFinished, test } from "vitest";
import { exportTrail, listTrail, verifyResult } from "../../../../src/producers/cli/audit/audit.ts";
import { audited } from "../../../../src/producers/cli/port/audited.ts";
import { auditTrail } from "../../../../src/shared/authority/audit/trail.ts";
import { systemClock } from "../../../../src/shared/base/clock.ts";
import { failure, type Result } from "../../../../src/shared/base/result.ts";
import { connectRedis, untilReady } from "../../../../src/shared/redis/client.ts";
import { keysUnder } from "../../../../src/shared/redis/keys.ts";

async function world() {
  const keys = keysUnder(`{test-${randomUUID()}}`);
  const redis = connectRedis(inject("redisUrl"), "fail-fast", () => {});
  onTestFinished(() => redis.disconnect());
  await untilReady(redis, 10_000);
  const context = { env: { REDIS_URL: inject("redisUrl"), CERTFLEET_PREFIX: keys.prefix }, root: "/nowhere" };
  const spoken = { redis, keys, actor: { kind: "system", id: "ada" } as const };
  return { redis, keys, context, spoken, trail: auditTrail({ redis, keys, clock: systemClock }) };
}

const DONE: Result = { ending: "done", text: "", json: {} };

test("A verb that changes something is written with the system user, whatever came of it.", async () => {
  const { spoken, context } = await world();
  const switched = { action: "account.switch-purchases", subject: "main", after: { to: "off" } };
  await audited(spoken, switched, async () => DONE);
  await audited(spoken, switched, async () => failure("conflict", "no"));
  await expect(audited(spoken, switched, () => Promise.reject(new Error("away")))).rejects.toThrow("away");

  const { json, text } = await listTrail({ limit: 10 }, context);

  const who = { kind: "system", id: "ada" };
  expect(json).toMatchObject({
    items: [
      { who, from: null, action: "account.switch-purchases", subject: "main", outcome: "failed" },
      { who, outcome: "refused" },
      { who, outcome: "done", after: { to: "off" } },
    ],
    nextCursor: null,
  });
  expect(text).toMatch(/ada \(command line\) +- +account\.switch-purchases +main +done/);
});

test("A verb is not carried out where it cannot be written down.", async () => {
  const { spoken, redis, keys } = await world();
  await redis.set(keys.audit.trail, "not a stream");
  let ran = false;

  await expect(
    audited(spoken, { action: "ledger.thaw", subject: "main" }, async () => {
      ran = true;
      return DONE;
    }),
  ).rejects.toThrow();
  expect(ran).toBe(false);
});

test("An address as subject is hidden.", async () => {
  const { spoken, trail } = await world();
  await audited(spoken, { action: "bounce.clear", subject: "canary@example.net" }, async () => DONE);

  expect((await trail.list()).items[0]?.subject).toMatch(/^hmac:/);
});

test("The export holds every line as it is kept; verify tells a whole trail from a changed one.", async () => {
  const { spoken, context, trail } = await world();
  await audited(spoken, { action: "ledger.thaw", subject: "main" }, async () => DONE);
  const written: string[] = [];
  const out = new Writable({
    write(chunk, _encoding, done) {
      written.push(`${chunk}`);
      done();
    },
  });

  await exportTrail(context, out);

  expect(
    written
      .join("")
      .trim()
      .split("\n")
      .map((each) => JSON.parse(each).outcome),
  ).toEqual(["begun", "done"]);
  const whole = await trail.verify();
  expect(verifyResult({ trail: whole, journal: { lines: 2, faults: [] } })).toMatchObject({ ending: "done" });
  expect(verifyResult({ trail: whole, journal: { unread: "no such folder" } })).toMatchObject({ ending: "later" });
  const broken = verifyResult({
    trail: whole,
    journal: { lines: 2, faults: ["line 2 is another one in the journal"] },
  });
  expect(broken).toMatchObject({ ending: "failed", json: { ok: false } });
});

test("What was done on an address is found by it, although only its hash is kept; reasons name nobody.", async () => {
  const { spoken, context, redis, keys } = await world();
  const after = { reason: "Ada <Ada.Canary@example.com>, +31 30 1234567, asked for it" };
  await audited(spoken, { action: "user.add", subject: "ada.canary@example.com", after }, async () => DONE);
  await audited(spoken, { action: "user.add", subject: "bob@example.com" }, async () => DONE);

  const { json } = await listTrail({ limit: 10, subject: "ada.canary@example.com" }, context);

  expect(json).toMatchObject({ items: [{ action: "user.add", after: { reason: expect.stringContaining("hmac:") } }] });
  expect((json as { items: unknown[] }).items).toHaveLength(1);
  expect(JSON.stringify(await redis.xrange(keys.audit.trail, "-", "+"))).not.toMatch(/canary|1234567/i);
});
