// Stories about looks at an account out of turn: trouble between two checks is found, told and shown at once, and asked about once.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pino } from "pino";
import { expect, test, vi } from "vitest";
import { type Cause, connectionCheck } from "../../../src/shared/account/connection-check.ts";
import { type AccountRecord, accountRecords } from "../../../src/shared/account/records.ts";
import { plusSeconds } from "../../../src/shared/base/dates.ts";
import type { Enqueue } from "../../../src/shared/queue/queues.ts";
import { askAboutTrouble, askForBalance } from "../../../src/workers/balance/ask.ts";
import { stuck, type World, world } from "../../support/world.ts";

const NOW = new Date("2026-11-22T12:00:00.000Z");
const SOON = { timeout: 10_000, interval: 20 };
const QUESTIONS = ["getbalance", "getcerts", "certgetcerts", "getorderlist", "gettranshistory", "checklogin"];

test("A check that is asked for while a poll waits for an eNom that is away is made at once, whatever began the poll.", async () => {
  const w = await world();
  await w.work(["balance-poll"]);
  await wellLongAgo(w);
  w.enom.settings.losses = { rate: 1, commands: new Set(QUESTIONS) };
  await w.redis.hset(w.keys.breaker("main"), { failures: 5, times: 5, until: Date.now() + 300_000 });

  await w.queues.enqueue("balance-poll", { account: "main" });
  await vi.waitFor(async () => expect((await found(w))?.cause).toBe("connection-lost"), SOON);
  await idle(w, 1);
  w.enom.settings.losses = null;
  await w.queues.enqueue("balance-poll", { account: "main", check: true });

  await vi.waitFor(async () => expect(await found(w)).toMatchObject({ ok: true }), SOON);
  await idle(w, 0);
  expect(await w.queues.all["balance-poll"].getFailedCount()).toBe(0);
}, 30_000);

test("A login that changes between two checks is told and shown as soon as an order meets it; the orders that follow ask no more.", async () => {
  const w = await world();
  await w.work(["balance-poll", "open", "notify"], await withDepartment(w));
  await wellLongAgo(w);
  const before = w.enom.asked("CheckLogin").length;

  w.enom.settings.loginWorks = false;
  const reference = await w.order({});
  await w.until(reference, stuck);
  await vi.waitFor(async () => expect((await found(w))?.cause).toBe("login-refused"), SOON);
  await w.until(reference, ({ record }) => (record.trouble?.count ?? 0) > 3);

  expect(w.enom.asked("CheckLogin").length - before).toBe(1);
  await vi.waitFor(() => expect(w.mail.mails().map(({ subject }) => subject)).toContainEqual(NO_CONNECTION), SOON);
  expect(w.mail.mails().filter(({ subject }) => NO_CONNECTION.asymmetricMatch(subject))).toHaveLength(1);
}, 30_000);

test("An eNom that goes away between two checks is found when the breaker opens, and found well when it is back.", async () => {
  const w = await world();
  await w.work(["balance-poll", "open"]);
  await wellLongAgo(w);

  w.enom.settings.losses = { rate: 1, commands: new Set(QUESTIONS) };
  await w.order({});
  await vi.waitFor(async () => expect((await found(w))?.cause).toBe("connection-lost"), SOON);
  w.enom.settings.losses = null;

  await vi.waitFor(async () => expect(await found(w)).toMatchObject({ ok: true }), { timeout: 20_000, interval: 50 });
}, 40_000);

test.for<{ title: string; last: object | null; cause: Cause; asks: "once" | "nobody" }>([
  { title: "the last check was well", last: {}, cause: "web-page", asks: "once" },
  { title: "nothing was checked yet", last: null, cause: "web-page", asks: "once" },
  { title: "it is known", last: { ok: false, cause: "login-refused" }, cause: "login-refused", asks: "nobody" },
  { title: "its own poll looks again", last: { ok: false, cause: "web-page" }, cause: "login-refused", asks: "nobody" },
  { title: "something else is known", last: { ok: false, cause: "tls-expired" }, cause: "login-refused", asks: "once" },
  { title: "a check was just made", last: { at: ago(4) }, cause: "login-refused", asks: "nobody" },
])("When $title, trouble asks $asks for a check.", async ({ last, cause, asks }) => {
  const { rung, enqueue } = bells();
  const check = last && connectionCheck.parse({ ok: true, message: "So it was.", at: ago(6), ...last });

  await askAboutTrouble({ account: "main", cause }, { ...needs(enqueue), ...knowing(check) });

  expect(rung).toEqual(asks === "once" ? [["balance-poll", { account: "main", check: true }]] : []);
});

test("A bell that cannot be rung fails nothing: it is logged, and the schedule rings by itself.", async () => {
  const away: Enqueue = () => Promise.reject(new Error("Redis is away"));
  const lines: string[] = [];
  const log = pino({ level: "warn" }, { write: (line: string) => void lines.push(line) });
  const unknown = { records: { find: () => Promise.reject(new Error("Redis is away")) } };

  await askForBalance("main", { enqueue: away, log });
  await askAboutTrouble({ account: "main", cause: "web-page" }, { ...needs(bells().enqueue), ...unknown, log });

  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { event: "doorbell.lost", queue: "balance-poll", reference: "main" },
    { event: "doorbell.lost", queue: "balance-poll", reference: "main" },
  ]);
});

const NO_CONNECTION = expect.stringMatching(/^No connection/);

function ago(seconds: number): string {
  return plusSeconds(NOW, -seconds).toISOString();
}

function bells() {
  const rung: unknown[] = [];
  const enqueue: Enqueue = async (...bell) => {
    rung.push(bell);
    return "1";
  };
  return { rung, enqueue };
}

function needs(enqueue: Enqueue) {
  return { enqueue, log: pino({ level: "silent" }), clock: { now: () => NOW } };
}

function knowing(lastCheck: AccountRecord["lastCheck"]) {
  const record = { lastCheck } as AccountRecord;
  return { records: { find: async () => record } };
}

/** Waits for the check at the start, and puts it an hour back. */
async function wellLongAgo(w: World): Promise<void> {
  await vi.waitFor(async () => expect(await found(w)).toMatchObject({ ok: true }), SOON);
  await idle(w, 0);
  const at = plusSeconds(new Date(), -3_600).toISOString();
  await accountRecords(w.redis, w.keys).keepCheck("main", { ok: true, message: "So it was.", at });
}

/** No poll runs, and so many wait. */
async function idle(w: World, waiting: number): Promise<void> {
  await vi.waitFor(async () => {
    const counts = await w.queues.all["balance-poll"].getJobCounts("active", "wait", "delayed");
    expect(counts).toEqual({ active: 0, wait: 0, delayed: waiting });
  }, SOON);
}

async function found(w: World) {
  return (await accountRecords(w.redis, w.keys).find("main"))?.lastCheck;
}

async function withDepartment(w: World): Promise<NodeJS.ProcessEnv> {
  const config = join(w.env.ENOM_LOG ?? "", "..", "told.yaml");
  const login = `username: "\${ENOM_USERNAME}", password: "\${ENOM_PASSWORD}"`;
  await writeFile(
    config,
    `accounts: [{ id: main, apiUrl: "${w.enom.url}", ${login}, department: ssl@provider.example, requestsPerSecond: 1000 }]\n`,
  );
  return { ...w.env, CERTFLEET_CONFIG: config };
}
