// Stories about the states of accounts and of the fleet: seen without any order, told once, and told again when they are over.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pino } from "pino";
import { expect, test } from "vitest";
import { endStanding, noteStanding } from "../../../src/shared/account/not-understood.ts";
import { accountRecords } from "../../../src/shared/account/records.ts";
import { troubleCodes } from "../../../src/shared/account/trouble-notes.ts";
import { findAllTroubles } from "../../../src/shared/account/troubles.ts";
import { raiseFor } from "../../../src/shared/certificate/certificate.ts";
import { accountEntry } from "../../../src/shared/config/fleet-file.ts";
import { mailTraffic } from "../../../src/shared/mail/traffic.ts";
import { tellOfProblem } from "../../../src/workers/balance/connection-problem.ts";
import { breakerPauses, openBreaker } from "../../../src/workers/enom/traffic/breaker.ts";
import { freeze, switchPurchases } from "../../../src/workers/ledger/maintenance.ts";
import { mailAttention } from "../../../src/workers/order/attention-mail.ts";
import { tellTroubles } from "../../../src/workers/troubles/watch.ts";
import { type World, world } from "../../support/world.ts";
import { DEPARTMENT, worker } from "../due/stories.ts";
import { get } from "../open/runs.ts";

const REASON = "eNom lists 1 certificate more than the ledger can explain: 900124.";
const log = pino({ level: "silent" });
const root = join(import.meta.dirname, "../../..");

/** A fleet with accounts, each with a mailbox of its own, that no order has met yet. */
async function fleet(...ids: string[]): Promise<World> {
  const w = await world();
  for (const id of ids.length > 0 ? ids : ["main"]) await publish(w, id);
  return w;
}

async function publish(w: World, id: string, changes: object = {}): Promise<void> {
  const department = id === "main" ? DEPARTMENT : `${id}@provider.example`;
  const entry = { id, username: "u", password: "p", department, ...changes };
  await accountRecords(w.redis, w.keys).publish(accountEntry.parse(entry));
}

/** Several processes look at the same moment. */
async function look(w: World, processes = 2): Promise<void> {
  const { redis, keys, queues, time: clock } = w;
  const needs = { redis, keys, clock, log, enqueue: queues.enqueue };
  await Promise.all(Array.from({ length: processes }, () => tellTroubles(needs)));
}

/** The mails about states that were asked for, oldest first: their key says which mail it is. */
async function told(w: World): Promise<{ to: string; code: string; isOver: boolean; account: string | null }[]> {
  const jobs = await w.queues.all.notify.getJobs(["waiting", "delayed", "active", "completed"], 0, -1, true);
  const ours = jobs.filter(({ data }) => data.template === "account-trouble");
  return [...new Map(ours.map(({ data }) => [data.key, data])).values()].map(({ to, values }) => ({
    to: to.address,
    code: values.code,
    isOver: values.until !== null,
    account: values.account,
  }));
}

async function troubles({ redis, keys }: World) {
  return findAllTroubles(await accountRecords(redis, keys).all(), { redis, keys });
}

test("A ledger that freezes while no order waits is told by one mail, however often and by how many it is seen, and once more when it is thawed.", async () => {
  const w = await fleet();
  const needs = worker(w);
  await freeze(needs, "main", REASON);

  await look(w, 3);
  await look(w);
  const begun = await told(w);
  const [seen] = await troubles(w);
  await w.redis.hset(w.keys.ledger.meta("main"), { epoch: 1, seq: 1, journal: w.journal.id });
  await w.redis.hdel(w.keys.ledger.meta("main"), "frozen");
  await look(w, 3);
  const over = await told(w);
  await freeze(needs, "main", "again");
  w.time.jump(60_000);
  await look(w);

  expect(begun).toEqual([{ to: DEPARTMENT, code: "ledger-frozen", isOver: false, account: "main" }]);
  expect(seen).toMatchObject({ code: "ledger-frozen", account: "main", message: expect.stringContaining(REASON) });
  expect(seen?.since).not.toBeNull();
  expect(over.map(({ isOver }) => isOver)).toEqual([false, true]);
  expect((await told(w)).map(({ isOver }) => isOver)).toEqual([false, true, false]);
});

test("Purchases that somebody switched off are told with his words, and so is that they are on again.", async () => {
  const w = await fleet();
  const needs = worker(w);
  await switchPurchases(needs, "main", "off", "we move (ada)");
  await look(w);
  const [seen] = await troubles(w);
  await switchPurchases(needs, "main", "on", "done (ada)");
  await look(w);

  expect(seen).toMatchObject({ code: "purchases-stopped", message: expect.stringContaining("we move (ada)") });
  expect(seen?.next).toContain("certfleet account purchases on main");
  expect((await told(w)).map(({ isOver }) => isOver)).toEqual([false, true]);
});

test("Each account tells its own department, one that is switched off tells nobody, and a second account does not hide the first.", async () => {
  const w = await fleet("main", "second");
  await publish(w, "off", { enabled: false });
  for (const id of ["main", "second", "off"]) await freeze(worker(w), id, REASON);

  await look(w);

  expect((await told(w)).map(({ to }) => to).sort()).toEqual(["second@provider.example", DEPARTMENT]);
  expect((await troubles(w)).map(({ account }) => account)).toEqual(["main", "second"]);
});

test("What an order met first is not told a second time, and an order that meets it later writes no mail of its own.", async () => {
  const w = await fleet();
  const needs = worker(w);
  const reference = await w.accept({});
  const certificate = await get(w, reference);
  const attention = raiseFor(certificate, "ledger-frozen", REASON, w.time.now());
  const failures = async () =>
    (await w.queues.all.notify.getJobs()).filter(({ data }) => data.template === "operation-failed").length;
  await freeze(needs, "main", REASON);

  await look(w);
  await mailAttention(certificate, attention, needs);
  const afterLook = [await failures(), (await told(w)).length];
  await w.redis.del(w.keys.troubles("main"));
  await w.redis.hset(w.keys.cases("main"), "ledger-frozen", w.time.now().toISOString());
  await look(w);

  expect(afterLook).toEqual([0, 1]);
  expect(await told(w)).toHaveLength(1);
});

test("A breaker that opens is told at once, the check that fails later adds no second mail, and a breaker that flaps is one case.", async () => {
  const w = await fleet();
  const { redis, keys } = w;
  const breaker = openBreaker({ redis, keys, account: "main", pauses: breakerPauses(300), log });
  for (let i = 0; i < 5; i++) await breaker.failed("connection-lost", { isTrial: false });
  await look(w);
  const at = w.time.now().toISOString();
  const [entry] = worker(w).accounts.all.map((each) => each.entry);
  const found = {
    ok: false,
    cause: "connection-lost" as const,
    message: "lost",
    advice: "wait",
    seenAddress: null,
    ms: 1,
  };
  const needs = { redis, keys, enqueue: w.queues.enqueue, log };
  if (entry) await tellOfProblem(entry, { ...found, at }, needs);
  w.time.jump(3_600_000);
  if (entry) await tellOfProblem(entry, { ...found, at: w.time.now().toISOString() }, needs);
  await look(w);
  await breaker.answered();
  await look(w);
  const whileCalm = await told(w);
  w.time.jump(16 * 60_000);
  await look(w);

  const jobs = await w.queues.all.notify.getJobs();
  expect(jobs.filter(({ data }) => data.template === "connection-problem")).toEqual([]);
  expect(whileCalm).toEqual([{ to: DEPARTMENT, code: "enom-unavailable", isOver: false, account: "main" }]);
  expect((await told(w)).map(({ isOver }) => isOver)).toEqual([false, true]);
});

test.each([
  ["login-refused", "enom-login-refused"],
  ["address-not-permitted", "enom-address-not-permitted"],
  ["name-not-resolved", "enom-unavailable"],
  ["web-page", "enom-unavailable"],
  ["refused", "enom-unavailable"],
] as const)(
  "A check that failed with %s is the account's state %s, with the check's own advice.",
  async (cause, code) => {
    const w = await fleet();
    const records = accountRecords(w.redis, w.keys);
    const at = w.time.now().toISOString();
    await records.keepCheck("main", { ok: false, cause, message: "No.", advice: "Do this.", at });

    await look(w);

    expect(await troubles(w)).toEqual([
      { code, account: "main", message: "Cannot connect: No.", since: at, next: "Do this." },
    ]);
    expect(await told(w)).toEqual([]); // its own mail tells it: connection-problem
  },
);

test("Every mail waits when the mail server is away, or puts off three in a row; one greylisted recipient is no trouble of the fleet.", async () => {
  const w = await fleet("main", "second");
  const traffic = mailTraffic(w.redis, w.keys);
  const putOff = (isWhole: boolean) => traffic.putOff({ answer: "450 later", isWhole, at: w.time.now() });
  const codes = async () => (await troubles(w)).map(({ code }) => code);

  await putOff(false);
  await putOff(false);
  const two = await codes();
  await putOff(false);
  const three = await codes();
  await look(w);
  await traffic.gone();
  const gone = await codes();
  await putOff(true);

  expect([two, three, gone, await codes()]).toEqual([[], ["mails-wait"], [], ["mails-wait"]]);
  expect((await told(w)).map(({ to, account }) => [to, account])).toEqual([
    [DEPARTMENT, null],
    ["second@provider.example", null],
  ]);
});

test("Every state has a section in the runbook and a headline in each language.", () => {
  const runbook = readFileSync(join(root, "docs/runbook.md"), "utf8");
  const parts = join(root, "templates/parts");
  const headlines = readdirSync(parts).filter((name) => name.startsWith("trouble."));

  expect(headlines).toHaveLength(3);
  for (const code of troubleCodes) {
    expect(runbook).toContain(`### \`${code}\``);
    for (const name of headlines) expect(readFileSync(join(parts, name), "utf8")).toContain(`"${code}"`);
  }
});

test("A row of eNom's list that nobody can read is a state of the account while it stops purchases, told by one mail", async () => {
  const w = await fleet();
  const at = w.time.now();
  await noteStanding(w, "main", "CertGetCerts: the row of CertID 900123 cannot be read: ProdType is no number.", at);

  await look(w);
  const [seen] = await troubles(w);
  await endStanding(w, "main", w.time.now());
  await look(w);

  expect(seen).toMatchObject({ code: "enom-not-understood", account: "main", since: at.toISOString() });
  expect(seen?.message).toContain("CertID 900123");
  expect(seen?.next).toContain("certfleet account answers main");
  expect((await told(w)).map(({ code, isOver }) => [code, isOver])).toEqual([
    ["enom-not-understood", false],
    ["enom-not-understood", true],
  ]);
  expect(await troubles(w)).toEqual([]);
});

test("An account that has spent what it may in an hour or a day says so before any order meets it, by one mail, until there is room again.", async () => {
  const w = await fleet();
  const spent = w.keys.ledger.spent("main");
  const ago = (minutes: number): number => Date.now() - minutes * 60_000;
  const offers = [
    { service: "certificate-rapidssl-rapidssl", price: "9.95", years: [1], enabled: true },
    { service: "certificate-geotrust-quickssl-premium", price: "69.00", years: [1], enabled: true },
  ];
  await accountRecords(w.redis, w.keys).keepCatalogue("main", offers);
  await w.redis.zadd(spent, ago(30), "a#1|9900000"); // 990.00 of the 1000.00 that an account has where nothing is set
  expect(await troubles(w)).toEqual([]);

  await w.redis.zadd(spent, ago(1), "b#1|600");
  await look(w);
  await look(w);
  const [seen] = await troubles(w);
  const begun = await told(w);
  await w.redis.zadd(spent, ago(61), "a#1|9900000");
  const later = await troubles(w);
  await w.redis.zadd(spent, ago(61), "a#1|9900000", ago(600), "c#1|20050000");
  const [day] = await troubles(w);
  await publish(w, "main", { purchasing: { perDay: "none", perHour: "none" } });

  expect(seen).toMatchObject({ code: "spend-cap-reached", account: "main" });
  expect(seen?.message).toContain("has spent what it may in an hour: 1000.00 USD (purchasing.perHour)");
  expect(begun).toEqual([{ to: DEPARTMENT, code: "spend-cap-reached", isOver: false, account: "main" }]);
  expect(later).toEqual([]);
  expect(day?.message).toContain("in a day: 3000.00 USD (purchasing.perDay)");
  expect(await troubles(w)).toEqual([]);
});
