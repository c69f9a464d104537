// `doctor` looks at what works and not at what answers: writes, schedules, due work, processes, limits, plans, backups,
// and whether the gateway that answers is its own.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { withRedis } from "../../../../src/producers/cli/connection.ts";
import { answerOf } from "../../../../src/producers/cli/doctor/answer.ts";
import { examine } from "../../../../src/producers/cli/doctor/doctor.ts";
import { examineExpiring } from "../../../../src/producers/cli/doctor/fleet/expiring.ts";
import { examineBackup, examineSchedules } from "../../../../src/producers/cli/doctor/fleet/standing.ts";
import { examineAttention, examineWork } from "../../../../src/producers/cli/doctor/fleet/work.ts";
import { examineWrites } from "../../../../src/producers/cli/doctor/fleet/writes.ts";
import { examineLimits } from "../../../../src/producers/cli/doctor/limits.ts";
import { examineProcesses } from "../../../../src/producers/cli/doctor/processes.ts";
import { startGateway } from "../../../../src/producers/main.ts";
import { accountRecords } from "../../../../src/shared/account/records.ts";
import { systemClock } from "../../../../src/shared/base/clock.ts";
import { DAY_MS } from "../../../../src/shared/base/dates.ts";
import type { Finding } from "../../../../src/shared/base/result.ts";
import { raise } from "../../../../src/shared/certificate/attention.ts";
import { accountEntry } from "../../../../src/shared/config/fleet-file.ts";
import { reportProcess } from "../../../../src/shared/process/processes.ts";
import { explainTrouble } from "../../../../src/shared/redis/connection/words.ts";
import { anIssue, anOrder, world as gatewayWorld, NOW as WORLD_NOW } from "../../http/world.ts";
import { ownContext } from "../support.ts";

const NOW = new Date();

function states(findings: readonly Finding[]): string[] {
  return findings.map(({ name, state }) => `${name}: ${state}`);
}

function through<T>(work: Parameters<typeof withRedis<T>>[1]): Promise<T> {
  return withRedis(ownContext(), work);
}

test.each([
  ["OOM command not allowed when used memory > 'maxmemory'.", "maxmemory"],
  ["READONLY You can't write against a read only replica.", "primary"],
  ["MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.", "disk"],
  ["NOREPLICAS Not enough good replicas to write.", "replicas"],
  ["NOPERM this user has no permissions to run the 'set' command", "redis acl"],
  ["SOMETHING else", "log of Redis"],
])("refused writes are ill, with the words and remedies that every process has for them: %s", async (words, remedy) => {
  const refuse = async (): Promise<never> => {
    throw new Error(words);
  };
  const [found] = await examineWrites({ redis: { set: refuse } as never, keys: { tried: "k" } as never });

  expect(found).toMatchObject({
    state: "ill",
    detail: `Redis cannot be used: ${explainTrouble(new Error(words)).words}`,
  });
  expect(found?.remedy).toContain(remedy);
});

test("a write leaves nothing for long, and schedules that are missing are ill although nobody noted them", async () => {
  await through(async (connection) => {
    expect(states(await examineWrites(connection))).toEqual(["Redis writes: ok"]);
    expect(await connection.redis.pttl(connection.keys.tried)).toBeGreaterThan(0);
    expect(await examineSchedules(connection)).toMatchObject([
      { state: "ill", detail: "reissue/due is missing", remedy: expect.stringContaining("within a minute") },
    ]);
  });
});

test("due work that waits is well for minutes, then warned of, then ill; orders that wait for a person are counted", async () => {
  await through(async (connection) => {
    const { redis, keys } = connection;
    const at = (ms: number): number => systemClock.now().getTime() - ms;
    await redis.zadd(keys.unfinished("open"), at(60_000), "a", at(-60_000), "b");
    await redis.zadd(keys.unfinished("reissue"), at(10 * 60_000), "c");
    await redis.lpush(keys.ofQueue("notify", "wait"), "7", "8");
    await redis.hset(keys.ofQueue("notify", 7), "timestamp", at(2 * 3_600_000));
    await redis.zadd(keys.ofQueue("balance-poll", "delayed"), at(-3_600_000) * 4_096, "repeat:x");
    await redis.zadd(keys.withAttention, 1, "a", 2, "b");

    const found = await examineWork(connection, systemClock);
    const attention = await examineAttention(connection);

    expect(states(found)).toEqual([
      "Queue open: ok",
      "Queue reissue: warn",
      "Queue notify: ill",
      "Queue balance-poll: ok",
      "Queue webhook: ok",
    ]);
    expect(found[1]?.detail).toContain("waits for 10 minutes");
    expect(attention).toMatchObject([{ state: "warn", detail: "2 orders wait for a person" }]);
  });
});

test("a kind without a living process is ill, and so is a clock that is far off; several versions are a warning", async () => {
  await through(async (connection) => {
    const about = { host: "web1", pid: 7, version: "1.0.0", startedAt: NOW.toISOString(), ownTime: Date.now() };
    await reportProcess("a", { ...about, parts: ["open", "reissue"] }, connection);
    await reportProcess(
      "b",
      { ...about, parts: ["notify"], version: "1.1.0", ownTime: Date.now() - 900_000 },
      connection,
    );

    const found = await examineProcesses(connection, systemClock);

    expect(states(found)).toEqual([
      ...["Worker open: ok", "Worker reissue: ok", "Worker notify: ok", "Worker balance-poll: ill"],
      "Worker webhook: ok", // none is needed: there is no endpoint
      ...["Clocks of the processes: ill", "Versions: warn"],
    ]);
    expect(found[5]).toMatchObject({ detail: "notify on web1 (process 7) is 15 minutes behind Redis' clock" });
  });
});

test("an account that tells nobody and has no limits is warned of, and no account at all is not looked at", async () => {
  await through(async (connection) => {
    const records = accountRecords(connection.redis, connection.keys);
    const none = await examineLimits(connection);
    await records.publish(
      accountEntry.parse({ id: "main", username: "u", password: "p", purchasing: { perHour: "none" } }),
    );
    const bare = await examineLimits(connection);
    const set = { department: "ops@provider.example", minimumBalance: "50.00" };
    await records.publish(accountEntry.parse({ id: "main", username: "u", password: "p", ...set }));
    const whole = await examineLimits(connection);
    await records.publish(accountEntry.parse({ id: "main", username: "u", password: "p", ...set, purchases: false }));
    const off = await examineLimits(connection);

    expect(states(none)).toEqual(["Accounts: skipped"]);
    const names = ["Purchases", "Operator mailbox", "Minimum balance", "Spend caps"];
    expect(states(bare)).toEqual(names.map((name) => `${name}: ${name === "Purchases" ? "ok" : "warn"}`));
    expect(states(whole)).toEqual(names.map((name) => `${name}: ok`));
    expect(states(off)[0]).toBe("Purchases: ill");
  });
});

test("a backup is missed, is well for a week, and then is old", async () => {
  await through(async (connection) => {
    const { redis, keys } = connection;
    const told = async () => states(await examineBackup(connection, NOW));
    const made = (days: number) =>
      redis.set(keys.lastBackup, JSON.stringify({ at: new Date(NOW.getTime() - days * DAY_MS).toISOString() }));

    const before = await told();
    await made(7);
    const week = await told();
    await made(8);

    expect([before, week, await told()]).toEqual([["Backup: warn"], ["Backup: ok"], ["Backup: warn"]]);
  });
});

test("a certificate that ends within ten days is warned of where nothing is planned for it", async () => {
  const w = await gatewayWorld();
  const ends = (days: number): string => new Date(WORLD_NOW.getTime() + days * DAY_MS).toISOString();
  const look = () => examineExpiring(w, { env: {}, now: WORLD_NOW });
  const none = await look();
  const attention = raise("renewal-due", "ends", { reference: "asked", by: null, at: WORLD_NOW });
  for (const [reference, mode, days] of [
    ["soon", "none", 5],
    ["later", "none", 20],
    ["asked", "none", 5],
  ] as const) {
    expect((await w.call("POST", "/v1/certificates", await anOrder({ reference, policy: { mode } }))).status).toBe(202);
    const issue = { ...anIssue, notAfter: ends(days) };
    await w.work(reference, { issue, toldSerial: issue.serialNumber, ...(reference === "asked" && { attention }) });
  }

  expect(none).toMatchObject([{ state: "ok", detail: "none ends within 10 days" }]);
  expect(await look()).toMatchObject([{ state: "warn", detail: "1 of 2 that end within 10 days have no plan: soon" }]);
});

test("doctor tells its own gateway from another fleet's and from another program", async () => {
  const [ours, theirs] = [ownContext(), ownContext()];
  const [own, other] = await Promise.all(
    [ours, theirs].map(({ env }) =>
      startGateway({ ...env, PORT: "0", CERTFLEET_API_KEY: "k".repeat(16), LOG_LEVEL: "silent" }),
    ),
  );
  const stranger = createServer((_request, response) => response.end("hello")).listen(0, "127.0.0.1");
  onTestFinished(async () => {
    stranger.close();
    await Promise.all([own?.stop(), other?.stop()]);
  });
  const look = async (port: number | string, env: object = {}): Promise<Finding> => {
    const context = { ...ours, env: { ...ours.env, ...env, HOST: "127.0.0.1", PORT: `${port}` } };
    const nothing = async (): Promise<never[]> => [];
    const needs = { nodeVersion: "24.0.0", clock: systemClock, examineRemotes: nothing, examineMoney: nothing };
    const { json } = await examine(context, { ...needs, settingProblems: nothing });
    const { findings, notLookedAt } = json as { findings: Finding[]; notLookedAt: Omit<Finding, "state">[] };
    const skipped = notLookedAt.map((each) => ({ ...each, state: "skipped" as const }));
    const found = [...findings, ...skipped].find(({ name }) => name === "Gateway");
    if (!found) throw new Error("no word of the gateway");
    return found;
  };
  const portOf = (url = ""): string => new URL(url).port;

  expect(await look(portOf(own?.url))).toMatchObject({ state: "ok" });
  expect(await look(portOf(other?.url))).toMatchObject({
    state: "ill",
    detail: expect.stringContaining("another fleet"),
  });
  expect(await look((stranger.address() as AddressInfo).port)).toMatchObject({
    state: "ill",
    detail: expect.stringContaining("another program"),
  });
  expect(await look(portOf(own?.url), { REDIS_URL: "redis://127.0.0.1:1" })).toMatchObject({ state: "skipped" });
});

test("the answer has ok, warn and ill with a remedy each, what was not looked at apart, and fails by severity", () => {
  const ok: Finding = { name: "A", state: "ok", detail: "a" };
  const warn: Finding = { name: "B", state: "warn", detail: "b", remedy: "do b" };
  const ill: Finding = { name: "C", state: "ill", detail: "c", remedy: "do c" };
  const skipped: Finding = { name: "D", state: "skipped", detail: "d" };

  expect(answerOf([ok])).toMatchObject({ ending: "done", note: "No problem was found." });
  expect(answerOf([ok, skipped])).toMatchObject({
    ending: "done",
    note: "No problem was found in what was looked at. Not looked at: D.",
    json: {
      well: true,
      findings: [{ name: "A", state: "ok", detail: "a", remedy: "" }],
      notLookedAt: [{ name: "D", detail: "d" }],
    },
  });
  expect(answerOf([warn]).ending).toBe("done");
  expect(answerOf([warn], { strict: true })).toMatchObject({ ending: "failed", json: { well: true } });
  expect(answerOf([ill, ok])).toMatchObject({ ending: "failed", json: { well: false } });
  expect(answerOf([skipped, ill]).text).toBe("✗ C  c\n     → do c\n– D  not looked at: d");
});
