// What the gateway tells Prometheus of the fleet, and of itself.
import { expect, test } from "vitest";
import { plusDays, plusSeconds } from "../../../../src/shared/base/dates.ts";
import { raise } from "../../../../src/shared/certificate/attention.ts";
import { listOlder } from "../../../../src/shared/certificate/lists/older.ts";
import { type Definition, definitions } from "../../../../src/shared/metrics/definitions.ts";
import { startMetrics } from "../../../../src/shared/metrics/registry.ts";
import { isWithoutPromtool, promtool } from "../../../monitoring/promtool.ts";
import { anIssue, anOrder, NOW, world } from "../world.ts";

async function scraped() {
  startMetrics("gateway");
  const w = await world();
  const order = async (reference: string) =>
    expect((await w.call("POST", "/v1/certificates", await anOrder({ reference }))).status).toBe(202);
  const metrics = async () => {
    const { status, text } = await w.call("GET", "/metrics");
    expect(status, text).toBe(200);
    return (name: string): string[] => text.split("\n").filter((line) => line.startsWith(name));
  };
  return { ...w, order, metrics };
}

test("once there is an account and an order, every metric of the fleet shows, zeros included, in a form that Prometheus takes and without a word of who or what it is about", async () => {
  const { addAccount, order, call } = await scraped();
  await addAccount("main");
  await order("canary-17");
  await call("GET", "/v1/certificates/canary-17");
  await call("GET", "/wp-admin/canary-18");

  const { text } = await call("GET", "/metrics");
  for (const [name, { of, labels }] of Object.entries(definitions) as [string, Definition][])
    if (of === "fleet")
      expect(text, name).toMatch(new RegExp(`^${name}${labels.length > 0 ? "\\{.+\\}" : ""} \\S+$`, "m"));
  expect(text).toContain('certfleet_attention_orders{code="purchase-unknown"} 0');
  expect(text).toContain('certfleet_certificates{status="ordered"} 1');
  expect(text).toContain('certfleet_certificates_expiring{within="3d"} 0');
  expect(text).toContain('certfleet_account_balance{account="main",currency="USD"} NaN');
  expect(text).toContain("# TYPE certfleet_unreadable_jobs_total counter");
  expect(text).toContain('bullmq_job_count{queue="open"');
  expect(text).toMatch(
    /http_request_duration_seconds_count\{method="GET",route="\/v1\/certificates\/:reference",status="200"\} \d/,
  );
  expect(text).toMatch(/http_request_duration_seconds_count\{method="GET",route="unmatched",status="\d+"\} \d/);
  expect(text).not.toMatch(/canary|shop\.example|wp-admin/);
  if (isWithoutPromtool()) return;
  const { says } = promtool(["check", "metrics"], { input: text });
  expect(says).not.toMatch(/error while linting|certfleet_|http_/);
});

test("orders are counted by the code for which they need attention, those of an earlier version as soon as they are listed anew", async () => {
  const { redis, keys, log, order, work, metrics } = await scraped();
  const because = (code: "refunded" | "unknown-status") => raise(code, "?", { reference: "a", at: NOW, by: null });
  for (const reference of ["a", "b", "c"]) await order(reference);
  await work("a", { attention: because("refunded") });
  await work("b", { attention: because("refunded") });
  await work("b", { attention: because("unknown-status") });
  await work("c", { attention: because("refunded") });
  await work("c", { attention: null });
  const asked = async () => (await metrics())("certfleet_attention_orders").filter((line) => !line.endsWith(" 0"));
  expect(await asked()).toEqual([
    'certfleet_attention_orders{code="refunded"} 1',
    'certfleet_attention_orders{code="unknown-status"} 1',
  ]);

  // As version 0.1.0 left it: no list by code.
  await redis.hdel(keys.certificate("a"), "attentionCode");
  await redis.del(keys.attentionOf("refunded"));
  expect(await asked()).toEqual(['certfleet_attention_orders{code="unknown-status"} 1']);
  await listOlder({ redis, keys, log, owner: "test" });
  expect(await asked()).toContain('certfleet_attention_orders{code="refunded"} 1');
});

test("the oldest due work is an order that nobody has begun; what a worker has in hand, what waits for its time and what was just asked for is not late", async () => {
  const { redis, keys, queues, order, work, metrics } = await scraped();
  const open = async () =>
    (await metrics())("certfleet_").filter((line) => /^certfleet_(queue_oldest|orders_overdue).*"open"/.test(line));
  for (const reference of ["begun", "late", "later"]) await order(reference);
  await redis.zadd(keys.unfinished("open"), NOW.getTime() - 900_000, "begun", NOW.getTime() - 120_000, "late");
  await redis.zadd(keys.unfinished("open"), plusSeconds(NOW, 60).getTime(), "later");
  const [job] = await queues.all.open.getJobs(["waiting", "prioritized"], 0, 10, true);
  expect(job?.data).toMatchObject({ reference: "begun" });
  await redis.lrem(queues.all.open.toKey("wait"), 1, job?.id ?? "");
  await redis.lpush(queues.all.open.toKey("active"), job?.id ?? "");

  expect(await open()).toEqual([
    'certfleet_orders_overdue{queue="open"} 2',
    'certfleet_queue_oldest_due_seconds{queue="open"} 120',
  ]);
  await redis.zrem(keys.unfinished("open"), "late");
  const [, oldest] = await open();
  expect(Number(oldest?.split(" ")[1])).toBeLessThan(60); // the jobs of a moment ago wait, too

  await work("later", { issue: { ...anIssue, notAfter: plusDays(NOW, 5).toISOString() } });
  const of = await metrics();
  expect(of("certfleet_certificates_expiring")).toEqual([
    'certfleet_certificates_expiring{within="3d"} 0',
    'certfleet_certificates_expiring{within="10d"} 1',
    'certfleet_certificates_expiring{within="30d"} 1',
  ]);
  const nextEnd = plusDays(NOW, 5).getTime() / 1_000;
  expect(of("certfleet_certificate_next_expiry")).toEqual([
    `certfleet_certificate_next_expiry_timestamp_seconds ${nextEnd}`,
  ]);
});
