// What a worker process tells of its own work, after real work of real workers.
import { readFileSync } from "node:fs";
import { rename } from "node:fs/promises";
import { resolve } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import type { Fault } from "../../../src/sandbox/enom/wire/faults.ts";
import type { Scripted } from "../../../src/sandbox/mail/catcher.ts";
import { startRedis } from "../../../src/sandbox/redis/redis.ts";
import type { Certificate } from "../../../src/shared/certificate/certificate.ts";
import { definitions } from "../../../src/shared/metrics/definitions.ts";
import { probe, processMetrics, resetProcessMetrics } from "../../../src/shared/metrics/registry.ts";
import { connectRedis } from "../../../src/shared/redis/client.ts";
import { durabilityRisks } from "../../../src/shared/redis/durability.ts";
import { passedStages } from "../../../src/workers/runtime/stage-times.ts";
import { alertsWhile, isWithoutPromtool, promtool } from "../../monitoring/promtool.ts";
import { issued, type World, world } from "../../support/world.ts";

const soon = { timeout: 20_000 };
const binaryDir = resolve(import.meta.dirname, "../../../.data/redis-server");

/** The values of rows whose labels all stand in the line. */
async function toldOf(name: string, ...labels: string[]): Promise<number> {
  const lines = (await processMetrics()).split("\n").filter((line) => line.startsWith(name));
  const found = lines.filter((line) => labels.every((label) => line.includes(label)));
  return found.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}

test("a worker shows zeros before it did anything, and counts purchases, money, stages, requests and mails as it does them", async () => {
  resetProcessMetrics(); // other stories of this process were counted, too
  const w = await world();
  await w.work(["open", "notify"]);
  const before = await processMetrics();
  for (const [name, { of }] of Object.entries(definitions))
    if (of === "worker") expect(before).toContain(`# TYPE ${name} `);
  expect(before).toMatch(/certfleet_purchases_total\{account="main",outcome="found"\} 0\n/);
  expect(before).toMatch(/certfleet_mails_total\{template="digest",outcome="uncertain"\} 0\n/);
  expect(before).toMatch(/certfleet_build_info\{version="[\d.]+",node="[\d.]+"\} 1\n/);
  expect(before).toContain("nodejs_eventloop_lag_p99_seconds");
  expect(await toldOf("certfleet_journal_writable")).toBe(1);

  await w.until(await w.order({}), issued);
  const price = 9.95;
  await vi.waitFor(async () => {
    expect(await toldOf("certfleet_mails_total", 'template="certificate-issued"', 'outcome="accepted"')).toBe(1);
  }, soon);
  expect(await toldOf("certfleet_purchases_total", 'account="main"', 'outcome="bought"')).toBe(1);
  expect(await toldOf("certfleet_spent_total", 'account="main"', 'currency="USD"')).toBe(price);
  for (const stage of ["purchase", "configure", "submit", "validate", "total"])
    expect(await toldOf("certfleet_order_stage_duration_seconds_count", `stage="${stage}"`), stage).toBe(1);
  const bought = ['command="PurchaseServices"', 'outcome="ok"'];
  expect(await toldOf("certfleet_enom_requests_total", ...bought)).toBe(1);
  expect(await toldOf("certfleet_enom_request_duration_seconds_count", 'command="PurchaseServices"')).toBe(1);

  // A purchase whose answer is lost is counted as unknown, and once more as found: spent once.
  w.enom.fault("PurchaseServices", { kind: "lose-answer" });
  await w.until(await w.order({}), issued, 18_000);
  expect(await toldOf("certfleet_purchases_total", 'outcome="unknown"')).toBe(1);
  expect(await toldOf("certfleet_purchases_total", 'outcome="found"')).toBe(1);
  expect(await toldOf("certfleet_spent_total")).toBeCloseTo(2 * price, 2);

  await inTrouble(w);

  const text = await processMetrics();
  expect(text).not.toMatch(/example\.(com|net)|t-[0-9a-f]{8}/);
  if (isWithoutPromtool()) return;
  const { says } = promtool(["check", "metrics"], { input: text });
  expect(says).not.toMatch(/error while linting|certfleet_|http_/);
}, 90_000);

/** Mails are refused and put off, eNom fails, the journal is gone, and Redis keeps nothing: each raises its alert. */
async function inTrouble(w: World): Promise<void> {
  const before = await processMetrics();
  w.mail.answer(
    { at: "DATA", code: 554, text: "5.6.0 looks like spam" },
    ...Array<Scripted>(20).fill({ at: "DATA", code: 451 }),
  );
  const submitted = ({ record }: Certificate): boolean => record.submittedAt !== null;
  await w.until(await w.order({ approver: { method: "email", email: "admin@example.com" } }), submitted);
  await w.until(await w.order({ approver: { method: "email", email: "admin@example.com" } }), submitted);
  await vi.waitFor(async () => {
    expect(await toldOf("certfleet_mails_total", 'outcome="rejected"')).toBeGreaterThan(0);
    expect(await toldOf("certfleet_mails_total", 'outcome="deferred"')).toBeGreaterThan(0);
  }, soon);
  const beforeEnom = await processMetrics();
  w.enom.fault("CertConfigureCert", ...Array<Fault>(20).fill({ kind: "status", status: 503 }));
  for (let i = 0; i < 4; i++) await w.order({});
  await vi.waitFor(async () => {
    expect(await toldOf("certfleet_enom_requests_total", 'outcome="uncertain"')).toBeGreaterThan(12);
  }, soon);
  const forgetful = await startRedis({ ephemeral: true, binaryDir });
  const redis = connectRedis(forgetful.url, "never-give-up", () => undefined);
  onTestFinished(async () => {
    redis.disconnect();
    await forgetful.stop();
  });
  await redis.call("CONFIG", "SET", "appendonly", "no");
  probe("certfleet_redis_durable", async () => (await durabilityRisks(redis)).length === 0);
  const journal = w.env.CERTFLEET_JOURNAL ?? "";
  await rename(journal, `${journal}-gone`);
  const after = await processMetrics();
  await rename(`${journal}-gone`, journal);

  if (isWithoutPromtool()) return;
  const rules = readFileSync(resolve(import.meta.dirname, "../../../deploy/monitoring/certfleet-alerts.yml"), "utf8");
  const up = 'certfleet_workers_alive{queue="open"} 1'; // a gateway's
  const enom = beforeEnom.split("\n").filter((line) => line.startsWith("certfleet_enom"));
  expect(alertsWhile(rules, [before, up, ...enom].join("\n"), `${after}\n${up}`)).toEqual([
    ...["CertfleetEnomErrors", "CertfleetJournalNotWritable", "CertfleetMailsDeferred", "CertfleetMailsLost"],
    "CertfleetRedisNotDurable",
  ]);
}

test("a stage is counted with the save that passed it, a renewal from its own beginning, and what was saved before not again", () => {
  const at = (minute: number, event: string) =>
    ({ at: `2026-11-22T12:${10 + minute}:00.000Z`, event, detail: "" }) as never;
  const first = [at(0, "certificate.ordered"), at(1, "certificate.purchased"), at(9, "certificate.issued")];
  const again = [at(20, "renewal.started"), at(22, "certificate.purchased")];

  expect(passedStages(first, first)).toEqual([]);
  expect(passedStages(first.slice(0, 1), first.slice(0, 2))).toEqual([{ stage: "purchase", seconds: 60 }]);
  expect(passedStages(first, [...first, ...again])).toEqual([{ stage: "purchase", seconds: 120 }]);
  expect(passedStages([], [at(5, "certificate.reissued")])).toEqual([]);
});
