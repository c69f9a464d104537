// Waiting: pauses grow to a bound, trouble is told after an hour, and nothing is retried for ever.
import { expect, test } from "vitest";
import type { CertDetail } from "../../../src/workers/enom/commands/commands.ts";
import { advanceOrder } from "../../../src/workers/open/workflow.ts";
import { pollPause, troublePause } from "../../../src/workers/order/waiting.ts";
import { orderNeeds } from "../../support/needs.ts";
import { type World, world } from "../../support/world.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Needs whose clock the test moves. */
function withClock(w: World) {
  const start = Date.now();
  let passedMs = 0;
  const needs = orderNeeds(w, { clock: { now: () => new Date(start + passedMs) } });
  const pass = (ms: number): void => {
    passedMs += ms;
  };
  return { needs, pass };
}

test("looks at an unissued certificate come after 5, 7.5, 11 … minutes, at least once an hour", () => {
  const pauses = [0, 1, 2, 5, 6, 7, 100].map((looks) => pollPause(300, looks));

  expect(pauses.map((seconds) => Math.round(seconds))).toEqual([300, 450, 675, 2278, 3417, 3600, 3600]);
});

test("tries after trouble come after 30 seconds, a minute, two …, at least once an hour", () => {
  expect([0, 1, 2, 6, 7, 60].map((count) => troublePause(300, count))).toEqual([30, 60, 120, 1920, 3600, 3600]);
});

test("an eNom that is away is a matter for people only after an hour, and then says so with eNom's last failure", async () => {
  const w = await world();
  const { needs, pass } = withClock(w);
  const reference = await w.accept({});
  for (let i = 0; i < 3; i++) w.enom.fault("GetCerts", { kind: "status", status: 503 });

  await advanceOrder(reference, needs);
  const early = await w.certificates.find(reference);
  pass(2 * HOUR_MS);
  await advanceOrder(reference, needs);
  const late = await w.certificates.find(reference);

  expect(early?.record.attention).toBeNull();
  expect(late?.record.attention).toMatchObject({ code: "enom-unavailable" });
});

test("an eNom that is away for a moment takes nothing from what an order waits for", async () => {
  const w = await world({ balance: "1.00" });
  const { needs, pass } = withClock(w);
  const reference = await w.accept({});
  await advanceOrder(reference, needs);
  pass(2 * HOUR_MS);

  w.enom.fault("GetBalance", { kind: "status", status: 503 });
  const outcome = await advanceOrder(reference, needs);

  expect(outcome).toMatchObject({ because: expect.stringContaining("503") });
  const waiting = await w.certificates.find(reference);
  expect(waiting?.record).toMatchObject({ attention: { code: "no-account-with-funds" }, trouble: { count: 2 } });
  expect(waiting?.record.nextLookAt).not.toBeNull();
});

test("after thirty days without a success the fleet stops looking and a person is asked", async () => {
  const w = await world();
  w.enom.settings.loginWorks = false;
  const { needs, pass } = withClock(w);
  const reference = await w.accept({});

  await advanceOrder(reference, needs);
  pass(31 * DAY_MS);
  const outcome = await advanceOrder(reference, needs);

  expect(outcome).toBe("done");
  expect((await w.certificates.find(reference))?.record.attention).toMatchObject({
    code: "waited-too-long",
    message: expect.stringContaining("Bad User name"),
  });
  expect(await w.redis.zcard(w.keys.unfinished("open"))).toBe(0);
});

test("a status that is not known here is shown to a person while the fleet goes on looking", async () => {
  const w = await world({ owner: "silent" });
  const { needs } = withClock(w);
  const reference = await w.accept({});
  await advanceOrder(reference, needs);
  const enom = needs.accounts.find("main")?.enom;
  const detail = enom?.detail;
  if (enom && detail) {
    enom.detail = async (certId): Promise<CertDetail> => ({
      ...(await detail(certId)),
      statusId: 99,
      statusText: "Under the weather",
    });
  }

  const outcome = await advanceOrder(reference, needs);

  expect(outcome).toMatchObject({ because: expect.stringContaining("Under the weather") });
  expect((await w.certificates.find(reference))?.record.attention?.code).toBe("unknown-status");
});

test("a fault of our own is tried a few times and then shown to a person, never for ever", async () => {
  const w = await world();
  const { needs } = withClock(w);
  const reference = await w.accept({});
  const broken = { ...needs, durabilityRisks: () => Promise.reject(new TypeError("a bug")) };

  for (let tries = 1; tries <= 6; tries++) await expect(advanceOrder(reference, broken)).rejects.toThrow("a bug");
  const certificate = await w.certificates.find(reference);

  expect(certificate?.record.attention).toMatchObject({ code: "internal-error", message: "a bug" });
  expect(await w.redis.zcard(w.keys.unfinished("open"))).toBe(0);
});

test("an owner who never acts is overdue after a week and given up a month later", async () => {
  const w = await world({ owner: "silent" });
  const { needs, pass } = withClock(w);
  const reference = await w.accept({});
  const codeAfter = async (days: number): Promise<string | undefined> => {
    pass(days * DAY_MS);
    await advanceOrder(reference, needs);
    return (await w.certificates.find(reference))?.record.attention?.code;
  };

  expect(await codeAfter(0)).toBeUndefined();
  expect(await codeAfter(6)).toBeUndefined();
  expect(await codeAfter(2)).toBe("validation-overdue");
  expect(await codeAfter(29)).toBe("validation-overdue");
  expect(await codeAfter(2)).toBe("waited-too-long");
  expect(await w.redis.zcard(w.keys.unfinished("open"))).toBe(0);
});
