// What a worker process tells of its own work, after real work of real workers.
import { expect, test, vi } from "vitest";
import { definitions } from "../../../src/shared/metrics/definitions.ts";
import { processMetrics, resetProcessMetrics } from "../../../src/shared/metrics/registry.ts";
import { passedStages } from "../../../src/workers/runtime/stage-times.ts";
import { isWithoutPromtool, promtool } from "../../monitoring/promtool.ts";
import { issued, world } from "../../support/world.ts";

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
  const accepted = async (): Promise<void> => {
    expect(await toldOf("certfleet_mails_total", 'template="certificate-issued"', 'outcome="accepted"')).toBe(1);
  };
  await vi.waitFor(accepted, { timeout: 10_000 });
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

  const text = await processMetrics();
  expect(text).not.toMatch(/example\.(com|net)|t-[0-9a-f]{8}/);
  if (isWithoutPromtool()) return;
  const { says } = promtool(["check", "metrics"], { input: text });
  expect(says).not.toMatch(/error while linting|certfleet_|http_/);
}, 40_000);

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
