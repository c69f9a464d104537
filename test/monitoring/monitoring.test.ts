// What deploy/monitoring brings, held against the table of metrics, a real scrape and Prometheus' own judge.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { parse } from "yaml";
import { plusDays } from "../../src/shared/base/dates.ts";
import { raise } from "../../src/shared/certificate/attention.ts";
import { definitions } from "../../src/shared/metrics/definitions.ts";
import { probe, processMetrics, startMetrics } from "../../src/shared/metrics/registry.ts";
import { reportProcess } from "../../src/shared/process/processes.ts";
import { queueNames } from "../../src/shared/queue/jobs.ts";
import { countUnreadable } from "../../src/shared/queue/unreadable.ts";
import { webhookStore } from "../../src/shared/webhooks/store.ts";
import { anIssue, anOrder, NOW, world } from "../producers/http/world.ts";
import { alertsFrom, alertsWhile, isWithoutPromtool, NEEDS_PROMTOOL, promtool } from "./promtool.ts";

const folder = resolve(import.meta.dirname, "../../deploy/monitoring");
const read = (name: string): string => readFileSync(join(folder, name), "utf8");

interface Rules {
  groups: { rules: { alert: string; expr: string; annotations: Record<string, string> }[] }[];
}
interface Panel {
  id: number;
  type: string;
  title: string;
  gridPos: { h: number; w: number; x: number; y: number };
  datasource?: { uid: string };
  targets?: { expr: string; datasource: { uid: string } }[];
}
const rules = read("certfleet-alerts.yml");
const alerts = (parse(rules) as Rules).groups.flatMap(({ rules: each }) => each);
const dashboard = JSON.parse(read("certfleet-dashboard.json")) as {
  uid: string;
  title: string;
  schemaVersion: number;
  templating: { list: { name: string; type: string }[] };
  panels: Panel[];
};
const targets = dashboard.panels.flatMap(({ targets: each = [] }) => each);
/** Grafana puts the variables in before it asks. */
const queries = targets.map(({ expr }) => expr.replaceAll("$job", ".+"));

const FUNCTIONS = /^(absent|min_over_time|histogram_quantile|label_values)$/;

function metricsIn(expr: string): string[] {
  const bare = expr.replace(/"[^"]*"|\{[^}]*\}|\b(by|without) \([^)]*\)|\[[^\]]*\]/g, " ");
  return [...bare.matchAll(/\b[a-z]+(?:_[a-z0-9]+)+\b/g)].map(([name]) => name).filter((name) => !FUNCTIONS.test(name));
}

test("each metric that an alert or the dashboard names is one of the table, of BullMQ's or of Node's, with the labels that it has", async () => {
  startMetrics("worker");
  for (const name of ["certfleet_redis_durable", "certfleet_journal_writable"] as const) probe(name, async () => true);
  const w = await world();
  const scraped = `${(await w.call("GET", "/metrics")).text}${await processMetrics()}`;
  const told = new Set([...scraped.matchAll(/^# TYPE (\S+)/gm)].map(([, name = ""]) => name));
  const labels: Readonly<Record<string, { labels: readonly string[] }>> = definitions;
  const exprs = [...alerts.map(({ expr }) => expr), ...queries, "label_values(certfleet_build_info, job)"];

  const named = new Set(exprs.flatMap(metricsIn));
  expect([...named].filter((name) => !told.has(name.replace(/_(bucket|count|sum)$/, "")) && !told.has(name))).toEqual(
    [],
  );
  // Each of ours is on the dashboard.
  const ofDashboard = new Set(queries.flatMap(metricsIn).map((name) => name.replace(/_(bucket|count)$/, "")));
  expect(Object.keys(definitions).filter((name) => !ofDashboard.has(name))).toEqual([]);
  for (const expr of exprs)
    for (const [, name = "", selector = ""] of expr.matchAll(/\b((?:certfleet|http)_\w+)\{([^}]*)\}/g)) {
      const known = ["job", ...(labels[name.replace(/_(bucket|count)$/, "")]?.labels ?? ["no such metric"])];
      const asked = [...selector.matchAll(/(\w+)(?:=~|!~|!=|=)"/g)].map(([, label = ""]) => label);
      expect(
        asked.filter((label) => !known.includes(label)),
        `${name}{${selector}}`,
      ).toEqual([]);
    }
});

test("the dashboard can be imported: its own id, one data source to choose, panels that do not overlap", () => {
  expect(dashboard).toMatchObject({ uid: "certfleet", title: "Certfleet" });
  expect(dashboard).not.toHaveProperty("id");
  expect(dashboard.schemaVersion).toBeGreaterThanOrEqual(36);
  expect(dashboard.templating.list.map(({ name, type }) => `${name} ${type}`)).toEqual([
    "datasource datasource",
    "job query",
  ]);
  for (const { datasource } of targets) expect(datasource.uid).toMatch(/^\$\{datasource\}$/);
  const { panels } = dashboard;
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  expect(panels.filter(({ type }) => type === "row").map(({ title }) => title)).toEqual([
    ...[
      "Certificates and people",
      "Money",
      "Flow of work",
      "eNom, mail server, Redis, journal",
      "Machines",
      "Webhooks",
    ],
  ]);
  const cells = panels.flatMap(({ gridPos: { h, w, x, y } }) =>
    Array.from({ length: h * w }, (_, i) => `${x + (i % w)}:${y + Math.floor(i / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  for (const { gridPos } of panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
});

test("each alert sends its reader to a section of the runbook that is there", () => {
  const runbook = readFileSync(resolve(folder, "../../docs/runbook.md"), "utf8");
  const sections = new Set(
    [...runbook.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
      title
        .toLowerCase()
        .replace(/[^\w\- ]/g, "")
        .replaceAll(" ", "-"),
    ),
  );
  for (const { alert, annotations } of alerts) expect(sections, alert).toContain(annotations.runbook?.split("#")[1]);
});

describe.skipIf(isWithoutPromtool())(`as Prometheus sees it ${NEEDS_PROMTOOL}`, () => {
  test("rules, configuration and each query of the dashboard are valid, and each alert fires for its cause and not for its neighbours'", () => {
    const files = {
      "certfleet-alerts.yml": rules,
      "certfleet-alerts.test.yml": read("certfleet-alerts.test.yml"),
      "prometheus.yml": read("prometheus.yml").replace(/credentials_file: .*/, "credentials_file: key"),
      "queries.yml": JSON.stringify({
        groups: [{ name: "q", rules: queries.map((expr, i) => ({ record: `q:${i}`, expr })) }],
      }),
      key: "",
    };
    const run = (...args: string[]) => promtool(args, { files });

    expect(run("check", "rules", "certfleet-alerts.yml", "queries.yml")).toMatchObject({ isWell: true });
    expect(run("check", "config", "prometheus.yml")).toMatchObject({ isWell: true });
    expect(run("test", "rules", "certfleet-alerts.test.yml")).toMatchObject({ isWell: true });
    const tried = [...files["certfleet-alerts.test.yml"].matchAll(/- name: (\w+)/g)].map(([, name]) => name);
    expect(tried).toEqual(alerts.map(({ alert }) => alert));
  }, 60_000);

  test("a fleet that is well raises nothing; one in trouble raises what it should, from what its gateway really tells", async () => {
    const w = await world();
    await w.addAccount("main");
    await w.accounts.keepBalance("main", { available: "500.00", balance: "500.00", at: NOW.toISOString() });
    const now = NOW.getTime();
    const about = {
      parts: [...queueNames],
      host: "a",
      pid: 1,
      version: "1",
      ownTime: now,
      startedAt: NOW.toISOString(),
    };
    await reportProcess("one", about, w);
    await w.redis.set(w.keys.lastSweep, 60 * 3_600_000 + now);
    await w.redis.set(w.keys.lastBackup, JSON.stringify({ at: plusDays(NOW, 1).toISOString() }));
    const scrape = async () => {
      const { status, text } = await w.call("GET", "/metrics");
      expect(status, text).toBe(200);
      return text
        .split("\n")
        .filter((line) => line.startsWith("certfleet_"))
        .join("\n");
    };
    expect(alertsFrom(rules, await scrape())).toEqual([]);

    for (const reference of ["ends", "asks"])
      await w.call("POST", "/v1/certificates", await anOrder({ reference }, `${reference}.example.com`));
    const attention = raise("purchase-unknown", "?", { reference: "asks", at: NOW, by: null });
    await w.work("asks", { attention });
    await w.work("ends", {
      issue: { ...anIssue, notAfter: plusDays(NOW, 2).toISOString() },
      toldSerial: anIssue.serialNumber,
    });
    const { ledger } = w.keys;
    await w.redis.hset(ledger.meta("main"), "frozen", "Redis went back");
    await w.redis.hset(ledger.parked("main"), "asks:1", "Certificate-RapidSSL-RapidSSL:1|99500");
    await w.redis.hset(ledger.unsettled("main"), "asks:1", `Certificate-RapidSSL-RapidSSL:1|99500|${now}|0|U`);
    await w.redis.hset(w.keys.breaker("main"), { until: now + 60_000, failures: 6 });
    await w.accounts.publishAll([{ ...(await account()), minimumBalance: "600.00" }] as never);
    const old = { available: "500.00", balance: "500.00", at: plusDays(NOW, -2).toISOString() };
    await w.redis.hset(w.keys.account("main"), "balance", JSON.stringify(old));
    await w.redis.zadd(w.keys.unfinished("open"), now - 600_000, "asks");
    await w.redis.del(w.keys.processes, w.keys.lastSweep, w.keys.lastBackup);
    const hooks = webhookStore(w.redis, w.keys);
    for (const id of ["off", "late"])
      await hooks.put(id, { url: "https://billing.example/hook", events: ["*"], allowPrivate: false }, NOW);
    const off = { state: "off", disabledAt: now, disabledBecause: "failing" };
    await w.redis.hset(w.keys.hook("off"), off);
    await w.redis.hset(w.keys.hook("late"), { failingSince: now - 7_200_000 });
    await w.redis.zadd(w.keys.hook("late", "due"), now - 60_000, "certificate/asks");

    expect(alertsFrom(rules, await scrape())).toEqual([
      ...["CertfleetAttention", "CertfleetBackupOld", "CertfleetBalanceBelowMinimum", "CertfleetBalanceOld"],
      ...["CertfleetCertificateEndsSoon", "CertfleetEnomPaused", "CertfleetLedgerFrozen", "CertfleetNoWorker"],
      ...["CertfleetOrdersOverdue", "CertfleetPurchaseInAir", "CertfleetPurchaseParked", "CertfleetQueueSlow"],
      ...["CertfleetSweepLate", "CertfleetTrouble", "CertfleetWebhookOff", "CertfleetWebhooksLate"],
    ]);

    const before = await scrape();
    await countUnreadable("open", { job: "7", why: "no JSON", at: NOW }, w);
    expect(alertsWhile(rules, before, await scrape())).toContain("CertfleetUnreadableJobs");
  });

  test("orders for more money than there is raise an alert; a gateway without Redis tells nothing and answers 503, and both do, too", async () => {
    startMetrics("gateway");
    const w = await world();
    await w.addAccount("main");
    await w.accounts.keepBalance("main", { available: "1.00", balance: "1.00", at: NOW.toISOString() });
    const service = "Certificate-RapidSSL-RapidSSL";
    await w.accounts.keepCatalogue("main", [{ service, price: "9.95", years: [1], enabled: true }]);
    const body = await anOrder({ reference: "away" });
    await w.call("POST", "/v1/certificates", await anOrder({ reference: "dear" }, "dear.example.com"));
    const scraped = await vi.waitFor(async () => {
      const { text } = await w.call("GET", "/metrics");
      expect(text).toMatch(/certfleet_account_runway_seconds\{.*\} \d/); // the plan is made in the background
      return text;
    });
    expect(alertsFrom(rules, scraped)).toContain("CertfleetRunwayShort");

    const before = await processMetrics();
    w.redis.disconnect();
    expect((await w.call("POST", "/v1/certificates", body)).status).toBe(503);
    const { status } = await w.call("GET", "/metrics");
    expect(status).toBe(503);

    // Prometheus keeps nothing of an answer that is no 200.
    expect(alertsFrom(rules, "")).toEqual(["CertfleetNoMetrics"]);
    // Another gateway of the fleet tells the rest.
    expect(alertsWhile(rules, before, `${await processMetrics()}\ncertfleet_workers_alive{queue="open"} 1`)).toEqual([
      "CertfleetApiErrors",
    ]);
  });

  test("each alert was raised by its cause, but for the one that wants two releases", () => {
    const stories = ["monitoring/monitoring.test.ts", "shared/metrics/counted.test.ts"];
    const told = stories.map((file) => readFileSync(resolve(import.meta.dirname, "..", file), "utf8")).join("\n");
    const notPlayed = alerts.map(({ alert }) => alert).filter((alert) => !told.includes(`"${alert}"`));
    // Its two versions would have to be two releases; the series of certfleet-alerts.test.yml stand for them.
    expect(notPlayed).toEqual(["Certfleet" + "VersionsDiffer"]);
  });
});

async function account() {
  const { accountEntry } = await import("../../src/shared/config/fleet-file.ts");
  return accountEntry.parse({ id: "main", username: "reseller", password: "secret" });
}
