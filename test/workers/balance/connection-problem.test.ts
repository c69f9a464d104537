// Promises of the mail about a connection: nobody is woken by a lost packet, what a person must mend is told at once, and all of it once.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pino } from "pino";
import { expect, onTestFinished, test } from "vitest";
import { accountRecords } from "../../../src/shared/account/records.ts";
import { fleetFileOf } from "../../../src/shared/config/fleet-file.ts";
import { openEnomAccounts } from "../../../src/workers/accounts/open.ts";
import { pollBalance } from "../../../src/workers/balance/poll.ts";
import { world } from "../../support/world.ts";

const START = "2026-11-22T03:00:00.000Z";
const AWAY = { kind: "status", status: 503 } as const;
const CUT = { kind: "lose-request" } as const;
const MINUTE = 60;

/** An account with a department, its polls with the time in hand, and what waits to be mailed. */
async function watched({ tickMs = 0, enabled = true } = {}) {
  const w = await world();
  const config = join(w.env.ENOM_LOG ?? "", "..", "certfleet.yaml");
  const login = `username: "\${ENOM_USERNAME}", password: "\${ENOM_PASSWORD}"`;
  await writeFile(
    config,
    `accounts: [{ id: main, apiUrl: "${w.enom.url}", ${login}, department: ssl@provider.example, enabled: ${enabled}, requestsPerSecond: 1000 }]\n`,
  );
  const env = { ...w.env, CERTFLEET_CONFIG: config };
  let nowMs = Date.parse(START);
  const pass = (seconds: number): void => {
    nowMs += seconds * 1_000;
  };
  const clock = {
    now: () => {
      pass(tickMs / 1_000);
      return new Date(nowMs);
    },
  };
  const log = pino({ level: "silent" });
  const { accounts, close } = openEnomAccounts(env, { clock, log, file: fleetFileOf(env) });
  onTestFinished(close);
  await accountRecords(w.redis, w.keys).publishAll(accounts.all.map(({ entry }) => entry));
  const needs = {
    ...{ accounts, clock, log, redis: w.redis, keys: w.keys, certificates: w.certificates },
    ...{ enqueue: w.queues.enqueue, restoredMargin: "20%", minimumBlocks: true },
    records: accountRecords(w.redis, w.keys),
    planPurchases: () => Promise.reject(new Error("nobody asks for a plan")),
  };
  /** What comes of a check: the seconds until the next look, or how it ended. */
  const check = async (...faults: (typeof AWAY | typeof CUT)[]): Promise<unknown> => {
    for (const fault of faults) w.enom.fault("CheckLogin", fault);
    const outcome = await pollBalance({ v: 1, account: "main", check: true }, needs).catch(({ name }: Error) => name);
    return typeof outcome === "object" ? outcome.waitSeconds : outcome;
  };
  return {
    enom: w.enom,
    ...{ check, pass },
    keptSeconds: () => w.redis.ttl(w.keys.problem("main")),
    poll: () => pollBalance({ v: 1, account: "main" }, needs),
    lastCheck: async () => (await needs.records.find("main"))?.lastCheck,
    async mailed(): Promise<string[]> {
      const jobs = await w.queues.all.notify.getJobs();
      return jobs.map(({ data }) => `${data.to.address} ${data.values.cause} since ${data.values.since}`).sort();
    },
  };
}

const told = (cause: string, since: string): string => `ssl@provider.example ${cause} since ${since}`;

test("An eNom that is away is looked at again by itself, ever more slowly, until it is well, and told when fifteen minutes brought no good answer; once.", async () => {
  const { check, pass, mailed } = await watched();

  const waits: number[] = [];
  for (let left = 15 * MINUTE; left > 0; ) {
    const wait = Number(await check(AWAY));
    waits.push(wait);
    expect(await mailed()).toEqual([]);
    pass(wait);
    left -= wait;
  }
  const whenTold = await check(AWAY);
  const atLast = await mailed();
  pass(12 * 60 * MINUTE);
  const later = [await check(CUT), await check(AWAY)];

  expect(waits).toEqual([10, 10, 20, 40, 80, 160, 300, 280]);
  expect(whenTold).toBe(300);
  expect(atLast).toEqual([told("web-page", START)]);
  expect(later).toEqual([300, 300]);
  expect(await mailed()).toEqual(atLast);
});

test("A good answer ends it, by a check or by a balance that can be read: what fails then has fifteen minutes of its own.", async () => {
  const { check, poll, pass, mailed } = await watched();

  await check(AWAY);
  pass(10 * MINUTE);
  await check();
  pass(10 * MINUTE);
  await check(CUT);
  pass(10 * MINUTE);
  await poll();
  pass(10 * MINUTE);
  await check(CUT);
  const before = await mailed();
  pass(15 * MINUTE);
  await check(AWAY);

  expect(before).toEqual([]);
  expect(await mailed()).toEqual([told("web-page", "2026-11-22T03:40:00.000Z")]);
});

test("A poll that nobody called a check, as after a purchase, keeps what it found, tells it and looks again like one.", async () => {
  const { enom, poll, pass, mailed, lastCheck } = await watched();
  enom.fault("GetBalance", AWAY, AWAY);
  enom.fault("CheckLogin", AWAY, AWAY);
  const first = await poll();
  const kept = await lastCheck();
  pass(15 * MINUTE);
  const later = await poll();
  enom.fault("GetBalance", CUT);
  const lost = await poll();
  const well = await lastCheck();
  enom.settings.loginWorks = false;
  const locked = await poll();

  expect(first).toMatchObject({ waitSeconds: 10 });
  expect(kept).toMatchObject({ ok: false, cause: "web-page", at: START });
  expect(later).toMatchObject({ waitSeconds: 300 });
  expect([lost, well?.ok]).toEqual(["done", true]);
  expect(locked).toBe("done");
  expect(await mailed()).toEqual([told("login-refused", "2026-11-22T03:15:00.000Z"), told("web-page", START)]);
});

test("What a person must mend is told at the first check, each cause once, and again only after it was well.", async () => {
  const { enom, check, pass, mailed } = await watched();

  enom.settings.loginWorks = false;
  const first = [await check(), await check()];
  const one = await mailed();
  enom.settings.loginWorks = true;
  enom.settings.allowedAddress = false;
  await check();
  const two = await mailed();
  pass(60 * MINUTE);
  await check(AWAY);
  enom.settings.loginWorks = false;
  await check();
  const still = await mailed();
  Object.assign(enom.settings, { loginWorks: true, allowedAddress: true });
  await check();
  enom.settings.loginWorks = false;
  await check();

  expect(first).toEqual(["done", "done"]);
  expect(one).toEqual([told("login-refused", START)]);
  expect(two).toEqual([told("address-not-permitted", START), ...one]);
  expect(still).toEqual(two);
  expect(await mailed()).toEqual([...two, told("login-refused", "2026-11-22T04:00:00.000Z")]);
});

test("A wrong password behind an outage that was told is told, too.", async () => {
  const { enom, check, pass, mailed } = await watched();
  await check(AWAY);
  pass(15 * MINUTE);
  await check(AWAY);

  enom.settings.loginWorks = false;
  await check();

  expect(await mailed()).toEqual([told("login-refused", START), told("web-page", START)]);
});

test("An account that was switched off is looked at once, and nobody is told of it.", async () => {
  const { check, pass, mailed } = await watched({ enabled: false });

  const outcomes = [await check(AWAY)];
  pass(20 * MINUTE);
  outcomes.push(await check(AWAY));

  expect(outcomes).toEqual(["done", "done"]);
  expect(await mailed()).toEqual([]);
});

test("Trouble of which nothing was heard for a week begins anew: what is old then wakes nobody at once.", async () => {
  const { check, keptSeconds } = await watched();

  await check(AWAY);

  expect(await keptSeconds()).toBeGreaterThan(6 * 86_400);
  expect(await keptSeconds()).toBeLessThanOrEqual(7 * 86_400);
});

test("Several checks at once, each with a time of its own, tell one mail.", async () => {
  const { enom, check, mailed } = await watched({ tickMs: 7 });
  enom.settings.loginWorks = false;

  await Promise.all(Array.from({ length: 8 }, () => check()));

  expect(await mailed()).toHaveLength(1);
});
