// The verbs that operators use to look after the fleet: health, accounts, schemas, doctor.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, inject, onTestFinished, test, vi } from "vitest";
import { balanceResult, checkResult, listAccounts } from "../../../../src/producers/cli/account/results.ts";
import { withRedis } from "../../../../src/producers/cli/connection.ts";
import { examine } from "../../../../src/producers/cli/doctor/doctor.ts";
import { examineRedis } from "../../../../src/producers/cli/doctor/redis.ts";
import { health } from "../../../../src/producers/cli/health/health.ts";
import { type ProgramContext, withRedisUrl } from "../../../../src/producers/cli/own-redis.ts";
import { jobSchema } from "../../../../src/producers/cli/schema/schema.ts";
import { accountRecords } from "../../../../src/shared/account/records.ts";
import { systemClock } from "../../../../src/shared/base/clock.ts";
import type { Finding } from "../../../../src/shared/base/result.ts";
import { accountEntry } from "../../../../src/shared/config/fleet-file.ts";
import { readProcesses, removeProcess, reportProcess } from "../../../../src/shared/process/processes.ts";
import { queueNames } from "../../../../src/shared/queue/jobs.ts";
import { checkAccounts, readBalances } from "../../../../src/workers/commands/account.ts";
import { examineRemotes } from "../../../../src/workers/commands/doctor.ts";
import { PASSWORD, world } from "../../../support/world.ts";
import { inFleet, ownContext } from "../support.ts";

/** Where nothing listens. */
const NOBODY = "127.0.0.1:1";

test("a worker whose clock is a quarter of an hour wrong is alive as long as it gives signs of life, and the fleet knows by how much", async () => {
  const minutes = 60_000;
  const [alive, told, gone] = await withRedis(ownContext(), async (connection) => {
    const own = { parts: ["open"], host: "a", pid: 1, version: "1.0.0", startedAt: "2026-11-30T00:00:00.000Z" };
    await reportProcess("behind", { ...own, ownTime: Date.now() - 15 * minutes }, connection);
    await reportProcess("ahead", { ...own, parts: ["open", "notify"], ownTime: Date.now() + 15 * minutes }, connection);
    const results = [await health("open", connection, systemClock), await readProcesses(connection)] as const;
    for (const id of ["behind", "ahead"]) await removeProcess(id, connection);
    return [...results, await health("open", connection, systemClock)] as const;
  });

  expect(alive.json).toEqual({ queue: "open", alive: 2 });
  expect(told.map(({ aheadMs }) => Math.round(aheadMs / minutes)).sort((a, b) => a - b)).toEqual([-15, 15]);
  expect(gone.ending).toBe("failed");
});

test("a queue is healthy while a worker of version 0.1.0 gave a sign of life within a minute, and not after", async () => {
  const context = ownContext();
  const now = new Date("2026-10-01T12:00:00.000Z");
  const clock = { now: () => now };
  const { before, fresh, stale } = await withRedis(context, async (connection) => {
    const { redis, keys } = connection;
    const before = await health("open", connection, clock);
    await redis.zadd(keys.heartbeat("open"), now.getTime() - 59_000, "one");
    const fresh = await health("open", connection, clock);
    await redis.zadd(keys.heartbeat("open"), now.getTime() - 61_000, "one");
    return { before, fresh, stale: await health("open", connection, clock) };
  });

  expect(before.ending).toBe("failed");
  expect(fresh).toMatchObject({
    ending: "done",
    text: "1 worker of the queue open is alive.",
    json: { queue: "open", alive: 1 },
  });
  expect(stale.ending).toBe("failed");
});

test.each([
  ["a frozen ledger", "ledger-frozen"],
  ["stopped purchases", "purchases-stopped"],
  ["a paused connection", "enom-unavailable"],
  ["mails that wait", "mails-wait"],
])("doctor never finds all well with %s", async (_what, code) => {
  const context = ownContext();
  const found = await withRedis(context, async (connection) => {
    const { redis, keys } = connection;
    await accountRecords(redis, keys).publish(accountEntry.parse({ id: "main", username: "u", password: "p" }));
    const since = new Date().toISOString();
    if (code === "ledger-frozen") await redis.hset(keys.ledger.meta("main"), "frozen", "I1: a slot has two owners");
    if (code === "purchases-stopped") await redis.hset(keys.ledger.meta("main"), "stopped", "we move (ada)");
    if (code === "enom-unavailable") await redis.hset(keys.breaker("main"), { until: 1, failures: 5 });
    if (code === "mails-wait") await redis.hset(keys.mailing, { since, answer: "no", count: 3 });
    return examineRedis(connection, { clock: systemClock, allowsWeak: true });
  });
  const ill = found.filter(({ name }) => name === "Account main" || name === "Fleet");

  expect(ill).toMatchObject([{ state: "ill", detail: expect.stringContaining(code), remedy: expect.any(String) }]);
});

test("the accounts that workers made known are listed with balance and last check, without a secret", async () => {
  const w = await world();
  await w.work(["balance-poll"]);
  const context = { env: w.env, root: "/" };

  const listed = await vi.waitFor(
    async () => {
      const result = await inFleet(context, listAccounts);
      expect(result.text).toMatch(/main +eNom .* 5000\.00 USD/);
      return result;
    },
    { timeout: 10_000, interval: 20 },
  );

  expect(JSON.stringify(listed)).not.toContain(PASSWORD);
  expect(listed.text).toMatch(/ buys /);

  const observed = accountEntry.parse({ id: "main", mode: "observe", username: "r", password: "p" });
  await accountRecords(w.redis, w.keys).publish(observed);
  expect((await inFleet(context, listAccounts)).text).toMatch(/ observes /);
});

test("eNom's balance is asked for now and shown in exact decimals", async () => {
  const w = await world({ balance: "1234.50" });

  const result = balanceResult(await readBalances(w.env), { file: "certfleet.yaml" });

  expect(result).toMatchObject({
    ending: "done",
    json: { accounts: [{ account: "main", state: "well", available: "1234.50" }] },
  });
  expect(result.text).toContain("1234.50 USD");
});

test("an account that eNom accepts is one line, as a person would say it", async () => {
  const w = await world();

  const result = checkResult(await checkAccounts(w.env), { file: "certfleet.yaml" });

  expect(result).toMatchObject({ ending: "done", json: { accounts: [{ account: "main", ok: true, cause: null }] } });
  expect(result.text).toMatch(/^✓ main {2}127\.0\.0\.1:\d+: eNom accepts the login and the address\. \(\d+ ms\)$/);
});

test("a login that eNom refuses is a failure in eNom's own words with what to do, and the password is not among them", async () => {
  const w = await world();

  const result = checkResult(await checkAccounts({ ...w.env, ENOM_PASSWORD: "wrong-canary-4711" }), {
    file: "certfleet.yaml",
  });

  expect(result).toMatchObject({ ending: "failed", json: { accounts: [{ cause: "login-refused" }] } });
  expect(result.text).toMatch(
    /^✗ main {2}Cannot connect to the processing module: bad user name or password at .*\n {8}→ Correct /,
  );
  expect(JSON.stringify(result)).not.toContain("wrong-canary-4711");
});

test("an eNom that is away means try later", async () => {
  const w = await world();

  const { CERTFLEET_CONFIG: _none, ...env } = w.env;

  const result = checkResult(await checkAccounts({ ...env, ENOM_API_URL: `http://${NOBODY}/interface.asp` }), {
    file: "certfleet.yaml",
  });

  expect(result).toMatchObject({
    ending: "later",
    json: { accounts: [{ state: "away", cause: "connection-refused" }] },
  });
});

test("an account that is not configured is not found, and the file that was read is named", async () => {
  const w = await world();

  expect(checkResult(await checkAccounts(w.env, "other"), { id: "other", file: "/etc/certfleet.yaml" })).toMatchObject({
    ending: "not-found",
    note: "No account other is configured here: neither in /etc/certfleet.yaml nor by ENOM_USERNAME.",
  });
});

test.each(queueNames)("the schema of a job of %s is JSON Schema of what is put in", (name) => {
  const { json, text } = jobSchema(name);

  expect(json).toMatchObject({ $schema: "https://json-schema.org/draft/2020-12/schema" });
  expect(JSON.parse(text)).toEqual(json);
});

test("the doctor names a remedy for everything that is ill", async () => {
  const context = {
    env: { ...ownContext().env, HOST: "127.0.0.1", PORT: "1", SSL_SUBSCRIPTION_BEFORE: "900" },
    root: "/",
  };
  const clock = { now: () => new Date(Date.now() + 60_000) };

  const settingProblems = async () => ["SSL_SUBSCRIPTION_BEFORE: must be 1 to 200"];

  const result = await examine(context, {
    ...{ nodeVersion: "20.1.0", clock, settingProblems },
    examineRemotes: async () => [],
    examineMoney: async () => [],
  });

  const ill = (result.json as { findings: Finding[] }).findings.filter(({ state }) => state === "ill");
  // Without an endpoint nobody needs a worker of webhooks.
  const workers = queueNames.filter((name) => name !== "webhook").map((name) => `Worker ${name}`);
  expect(ill.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["Node", "Configuration", "Clocks", "Gateway", ...workers]),
  );
  expect(ill.every(({ remedy }) => remedy)).toBe(true);
  expect(result.ending).toBe("failed");
  expect(result.text).toMatch(/^✗ Configuration +SSL_SUBSCRIPTION_BEFORE: .*\n +→ Fix the settings named here\.$/m);
});

test("the doctor says that Redis is away and goes on with the rest", async () => {
  const context: ProgramContext = { env: { REDIS_URL: `redis://:hidden@${NOBODY}`, PORT: "1" }, root: "/" };

  const result = await examine(context, {
    ...{ nodeVersion: "24.0.0", clock: systemClock },
    examineRemotes: async () => [],
    examineMoney: async () => [],
    settingProblems: async () => ["SMTP_URL is missing; it must be the mail server"],
  });

  expect(result.text).toMatch(/^✗ Redis +Redis at redis:\/\/127\.0\.0\.1:1 cannot be used: nothing listens there$/m);
  expect(result.text).toMatch(/^✓ Node/m);
  expect(result.text).not.toContain("hidden");
});

test("the doctor finds eNom and the mail server well when both answer", async () => {
  const w = await world();

  const findings = await examineRemotes(w.env);

  expect(findings).toMatchObject([
    { name: "eNom main", state: "ok" },
    { name: "SMTP", state: "ok" },
  ]);
});

test("the doctor says what eNom and the mail server refuse, and how to mend it, without a secret", async () => {
  const w = await world();
  w.enom.settings.allowedAddress = false;

  const findings = await examineRemotes({ ...w.env, SMTP_URL: `smtp://user:canary-2@${NOBODY}` });

  expect(findings).toMatchObject([
    { name: "eNom main", state: "ill", remedy: "Register 127.0.0.1 at eNom (Resellers, Manage, API)." },
    { name: "SMTP", state: "ill" },
  ]);
  expect(JSON.stringify(findings)).not.toMatch(/canary/);
});

test("the doctor says that the folder of templates is not there, and is silent where only a brand has none of its own", async () => {
  const folder = mkdtempSync(join(tmpdir(), "certfleet-words-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [config, words] = [join(folder, "certfleet.yaml"), join(folder, "words")];
  writeFileSync(config, `templates: { directory: ${words}, brand: Example Hosting }\n`);

  const before = await examineRemotes({ CERTFLEET_CONFIG: config });
  mkdirSync(words);
  const after = await examineRemotes({ CERTFLEET_CONFIG: config });

  expect(before.filter(({ name }) => name === "Templates")).toEqual([
    {
      name: "Templates",
      state: "ill",
      detail: `there is no folder ${words}: mails use the built-in text`,
      remedy: "Create the folder (no restart is needed), or correct templates.directory in the configuration file.",
    },
  ]);
  expect(after.filter(({ name }) => name === "Templates")).toEqual([]);
});

test("the doctor skips what is not configured here", async () => {
  expect(await examineRemotes({})).toMatchObject([{ state: "skipped" }, { state: "skipped" }]);
});

test("without REDIS_URL the fleet of npm start is found: the sandbox's, or the live one's where an eNom login is set", () => {
  const root = mkdtempSync(join(tmpdir(), "certfleet-root-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const kind of ["sandbox", "live"]) {
    mkdirSync(join(root, ".data", kind), { recursive: true });
    const note = {
      redisUrl: `unix:/${kind}.sock`,
      gatewayUrl: "http://127.0.0.1:3000",
      mailUrl: null,
      prefix: `{${kind}}`,
    };
    writeFileSync(join(root, ".data", kind, "fleet.json"), JSON.stringify(note));
  }

  expect(withRedisUrl({ env: {}, root })).toEqual({ REDIS_URL: "unix:/sandbox.sock", CERTFLEET_PREFIX: "{sandbox}" });
  expect(withRedisUrl({ env: { ENOM_USERNAME: "reseller" }, root })).toMatchObject({ REDIS_URL: "unix:/live.sock" });
  expect(withRedisUrl({ env: { REDIS_URL: inject("redisUrl") }, root })).toEqual({ REDIS_URL: inject("redisUrl") });
});
