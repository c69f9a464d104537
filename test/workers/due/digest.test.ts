// Once a day each department gets the list of what waits for a person: nothing twice, nothing forgotten, the most urgent first.
import { pino } from "pino";
import { expect, test } from "vitest";
import { type Attention, nextStep } from "../../../src/shared/certificate/attention.ts";
import { account, openAccounts } from "../../../src/workers/accounts/accounts.ts";
import { sweepDue } from "../../../src/workers/due/sweep.ts";
import type { OrderNeeds } from "../../../src/workers/order/needs.ts";
import type { World } from "../../support/world.ts";
import { get } from "../open/runs.ts";
import { DEPARTMENT, mailsTo, setTime, story, worker } from "./stories.ts";

const SECOND = "certificates@second.example";

/** A process whose fleet has two accounts, `main` first, each with a department of its own. */
function departments(w: World): OrderNeeds {
  const needs = worker(w);
  const first = needs.accounts.all[0];
  if (!first) throw new Error("the world has an account");
  const both = [
    { ...first.entry, id: "main", sort: 10, department: DEPARTMENT },
    { ...first.entry, id: "second", sort: 20, department: SECOND },
  ];
  const accounts = both.map((entry) => account(entry, first.enom));
  return { ...needs, accounts: openAccounts(accounts, { products: [] }) };
}

/** So many processes look at the same moment of this day. */
async function sweepAt(w: World, time: string, processes = 1): Promise<void> {
  setTime(w, time);
  await Promise.all(Array.from({ length: processes }, () => sweepDue(departments(w))));
}

/** An order that waits for a person since the first day. Answers its reference. */
async function openCase(
  w: World,
  { on = "main", by = null as string | null, message = "The connection was lost.", next = "" } = {},
): Promise<string> {
  const reference = await w.accept({});
  await raise(w, reference, on, {
    code: "purchase-unknown",
    message,
    since: "2026-04-01T09:00:00.000Z",
    who: "operator",
    by,
    next: next || `certfleet certificate explain ${reference}`,
  });
  return reference;
}

async function raise(w: World, reference: string, on: string, attention: Attention | null): Promise<void> {
  const found = await get(w, reference);
  await w.certificates.save({ ...found, record: { ...found.record, account: on, attention } }, w.time.now());
}

/** The lists that this department has got. */
async function lists(w: World, department: string) {
  return (await mailsTo(w, department)).filter(({ subject }) => subject.endsWith(" attention"));
}

/** Which of these orders a mail names, in its order. */
function named(mail: { text: string } | undefined, references: readonly string[]): string[] {
  const at = (reference: string) => mail?.text.indexOf(`(${reference})`) ?? -1;
  return references.filter((each) => at(each) >= 0).sort((a, b) => at(a) - at(b));
}

test("Each department gets one list a UTC day, of its own account's cases, for as long as any is open.", async () => {
  const w = await story();
  await w.work(["notify"]);
  const [ours, theirs] = [await openCase(w), await openCase(w, { on: "second" })];
  const both = [ours, theirs];

  for (const time of ["2026-04-02T00:00:00Z", "2026-04-02T01:00:00Z", "2026-04-02T23:59:00Z"]) await sweepAt(w, time);
  const firstDay = [await lists(w, DEPARTMENT), await lists(w, SECOND)];
  await raise(w, theirs, "second", null);
  await sweepAt(w, "2026-04-03T00:00:00Z");

  expect(firstDay.map((mails) => mails.map((mail) => named(mail, both)))).toEqual([[[ours]], [[theirs]]]);
  expect(firstDay.flat().map(({ subject }) => subject)).toEqual([
    "1 certificate of main needs attention",
    "1 certificate of second needs attention",
  ]);
  expect(await lists(w, DEPARTMENT)).toHaveLength(2);
  expect(await lists(w, SECOND)).toHaveLength(1);
});

test("What opens later in the day stands in the next day's list: until then its own mail must do.", async () => {
  const w = await story();
  await w.work(["notify"]);
  await openCase(w);
  await sweepAt(w, "2026-04-02T00:00:00Z");
  const later = await openCase(w, { on: "second" });

  await sweepAt(w, "2026-04-02T12:00:00Z");
  const sameDay = await lists(w, SECOND);
  await sweepAt(w, "2026-04-03T00:00:00Z");

  expect(sameDay).toEqual([]);
  expect((await lists(w, SECOND)).map((mail) => named(mail, [later]))).toEqual([[later]]);
});

test("The earliest deadline stands first, and what has none behind all that have one.", async () => {
  const w = await story();
  await w.work(["notify"]);
  const deadlines = [null, "2026-05-01T00:00:00.000Z", "2026-04-09T10:00:00.000Z", "2027-01-01T00:00:00.000Z"];
  const [none = "", may = "", april = "", nextYear = ""] = await Promise.all(
    deadlines.map((by) => openCase(w, { by })),
  );

  await sweepAt(w, "2026-04-02T06:00:00Z");

  const [list] = await lists(w, DEPARTMENT);
  expect(named(list, [none, may, april, nextYear])).toEqual([april, may, nextYear, none]);
  expect(list?.text).toMatch(/1\. .*\n +purchase-unknown, since 2026-04-01 09:00 UTC, by 2026-04-09\n/);
});

test("Of twenty-six open cases twenty-five are listed, the most urgent, and one is counted.", async () => {
  const w = await story();
  await w.work(["notify"]);
  const all: string[] = [];
  for (let day = 26; day >= 1; day -= 1)
    all.unshift(await openCase(w, { by: `2026-05-${`${day}`.padStart(2, "0")}T00:00:00.000Z` }));

  await sweepAt(w, "2026-04-02T06:00:00Z");

  const [list] = await lists(w, DEPARTMENT);
  expect(list?.subject).toBe("26 certificates of main need attention");
  expect(named(list, all)).toEqual(all.slice(0, 25));
  expect(list?.text).toContain("1 more did not fit");
});

test("Of cases with long texts as many are listed as a mail may hold, the rest is counted, and the next department has its list, too.", async () => {
  const w = await story();
  await w.work(["notify"]);
  const texts = { message: "Покупка не подтверждена. ".repeat(12), next: nextStep("purchase-unknown", "REF") };
  const all: string[] = [];
  for (let i = 0; i < 60; i++) all.push(await openCase(w, texts));
  const theirs = await openCase(w, { on: "second" });

  await sweepAt(w, "2026-04-02T06:00:00Z");

  const [list] = await lists(w, DEPARTMENT);
  const listed = named(list, all).length;
  expect(list?.subject).toBe("60 certificates of main need attention");
  expect(listed).toBeGreaterThan(10);
  expect(list?.text.replace(/\s+/g, " ")).toContain(`${60 - listed} more did not fit`);
  expect((await lists(w, SECOND)).map((mail) => named(mail, [theirs]))).toEqual([[theirs]]);
});

test("A list that cannot be made is said in the log, once a day, and keeps no other department from its own.", async () => {
  const w = await story();
  await w.work(["notify"]);
  await openCase(w, { next: "x".repeat(20_000) });
  const theirs = await openCase(w, { on: "second" });
  const said: Record<string, unknown>[] = [];
  const log = pino({ base: null }, { write: (line) => said.push(JSON.parse(line)) });

  for (const time of ["2026-04-02T06:00:00Z", "2026-04-02T07:00:00Z"]) {
    setTime(w, time);
    await sweepDue({ ...departments(w), log });
  }

  expect((await lists(w, SECOND)).map((mail) => named(mail, [theirs]))).toEqual([[theirs]]);
  expect(said.filter(({ event }) => event === "department.untold")).toMatchObject([{ account: "main", count: 1 }]);
});

test("What was told of a whole account, and no order waits for any more, may be told again; what has begun just now stays told.", async () => {
  const w = await story();
  const told = { "enom-unavailable": "2026-04-01T09:00:00.000Z", "purchases-stopped": "2026-04-02T06:00:30.000Z" };
  await w.redis.hset(w.keys.cases("main"), { ...told, "purchase-unknown": "2026-04-01T09:00:00.000Z" });
  await openCase(w); // purchase-unknown

  await sweepAt(w, "2026-04-02T06:00:00Z");

  expect((await w.redis.hkeys(w.keys.cases("main"))).sort()).toEqual(["purchase-unknown", "purchases-stopped"]);
});

test("Where nothing is open nobody is written to.", async () => {
  const w = await story();
  await w.work(["notify"]);
  const mended = await openCase(w);
  await raise(w, mended, "main", null);
  await w.redis.zadd(w.keys.withAttention, "0", mended); // settled between the reading of the index and of the order

  await sweepAt(w, "2026-04-02T06:00:00Z", 3);

  expect(await mailsTo(w, DEPARTMENT)).toEqual([]);
});

test("Machines that look at the same moment, or after one that died before it noted the day, send one list.", async () => {
  const w = await story();
  await w.work(["notify"]);
  await openCase(w);

  await sweepAt(w, "2026-04-02T06:00:00Z", 2);
  await w.redis.hdel(w.keys.notices, "digest");
  await sweepAt(w, "2026-04-02T07:00:00Z", 2);

  expect(await lists(w, DEPARTMENT)).toHaveLength(1);
});

test("An order whose account is gone from the configuration, or that has none yet, is told to the first department.", async () => {
  const w = await story();
  await w.work(["notify"]);
  const [orphan, homeless] = [await openCase(w, { on: "sold-last-year" }), await openCase(w)];
  const found = await get(w, homeless);
  await w.certificates.save({ ...found, record: { ...found.record, account: null } }, w.time.now());

  await sweepAt(w, "2026-04-02T06:00:00Z");

  const [list] = await lists(w, DEPARTMENT);
  expect(named(list, [orphan, homeless])).toHaveLength(2);
  expect(await lists(w, SECOND)).toEqual([]);
});
