// A person must act: the department of the account that it is about gets one mail a case, and another one when it comes back.
import { expect, test } from "vitest";
import type { AttentionCode } from "../../../src/shared/base/codes.ts";
import { DAY_MS } from "../../../src/shared/base/dates.ts";
import { requestChange } from "../../../src/shared/certificate/operator-request.ts";
import type { OperatorRequest } from "../../../src/shared/certificate/record.ts";
import { account, openAccounts } from "../../../src/workers/accounts/accounts.ts";
import { sweepDue } from "../../../src/workers/due/sweep.ts";
import { advanceOrder } from "../../../src/workers/open/workflow.ts";
import type { OrderNeeds } from "../../../src/workers/order/needs.ts";
import { issued, type World } from "../../support/world.ts";
import { DEPARTMENT, mailsTo, setTime, story, sweep, worker } from "../due/stories.ts";
import { drive, get, withCode } from "../open/runs.ts";

const HOUR_MS = DAY_MS / 24;

const SECOND = "certificates@second.example";
const SHORT: AttentionCode = "no-account-with-funds";

/** A process with two accounts, each with a department of its own. */
function two(w: World, changes: { first?: object; second?: object } = {}, more: Partial<OrderNeeds> = {}): OrderNeeds {
  const needs = worker(w, more);
  const [one] = needs.accounts.all;
  if (!one) throw new Error("the world has an account");
  const entries = [
    { ...one.entry, id: "first", sort: 10, department: DEPARTMENT, ...changes.first },
    { ...one.entry, id: "second", sort: 20, department: SECOND, ...changes.second },
  ];
  const accounts = entries.map((entry) => account(entry, one.enom));
  return { ...needs, accounts: openAccounts(accounts, { products: [] }) };
}

/** An order that is taken on once, and waits for that reason. */
async function waiting(w: World, code: AttentionCode, needs = worker(w)): Promise<string> {
  const reference = await w.accept({});
  await drive(w, reference, withCode(code), needs);
  return reference;
}

/** The department's mails about cases of this code. */
async function cases(w: World, code: string, department = DEPARTMENT) {
  return (await mailsTo(w, department)).filter(({ subject }) => subject.includes(`: ${code} (`));
}

async function retry(w: World, reference: string): Promise<void> {
  const at = w.time.now();
  const wish: OperatorRequest = {
    kind: "resolve",
    decision: "retry",
    reason: "mended",
    who: "ops",
    at: at.toISOString(),
  };
  const made = requestChange(await get(w, reference), wish, at);
  if ("conflict" in made) throw new Error(made.conflict);
  await w.certificates.save(made.certificate, at);
}

/** A process that dies between the mail and the saved attention. */
function dyingWhenTold(w: World): OrderNeeds {
  const save: OrderNeeds["certificates"]["save"] = async (certificate, now) => {
    if (certificate.record.attention) throw new Error("the process died here");
    return w.certificates.save(certificate, now);
  };
  return worker(w, { certificates: { ...w.certificates, save } });
}

function refuse(w: World, text: string): void {
  w.enom.fault("CertConfigureCert", {
    kind: "error",
    texts: [text],
    codes: [{ number: "304197", string: "Validation error" }],
  });
}

test("The department of the account that is short of funds is told, by the mail and the daily list, and not that of the one whose purchases are off.", async () => {
  const w = await story();
  await w.work(["notify"]);
  w.enom.books.setBalance("1.00");

  const needs = two(w, { first: { purchases: false } });
  await waiting(w, SHORT, needs);
  await sweepDue(needs);

  const [mail] = await cases(w, SHORT, SECOND);
  expect(mail?.text).toMatch(/Account: +second\n/);
  expect(mail?.text).toContain("Top up the eNom account");
  expect((await mailsTo(w, SECOND)).map(({ subject }) => subject)).toContain("1 certificate of second needs attention");
  expect(await mailsTo(w, DEPARTMENT)).toEqual([]);
});

test("Where that account has no department, the next one's is told, with the right account's name.", async () => {
  const w = await story();
  await w.work(["notify"]);
  w.enom.books.setBalance("1.00");

  await waiting(w, SHORT, two(w, { first: { purchases: false }, second: { department: undefined } }));

  const [mail] = await cases(w, SHORT);
  expect(mail?.text).toMatch(/Account: +second\n/);
});

test("An account whose login is refused is told of by its own name, although the one before it was not even asked.", async () => {
  const w = await story();
  await w.work(["notify"]);
  const needs = two(w, {}, { lastCheckFailed: async (id) => id === "first" });
  w.enom.settings.loginWorks = false;

  await waiting(w, "enom-login-refused", needs);

  expect((await cases(w, "enom-login-refused", SECOND))[0]?.text).toMatch(/Account: +second\n/);
  expect(await mailsTo(w, DEPARTMENT)).toEqual([]);
});

test("An order that is refused, mended and refused for another reason on the same day is two cases, also when a process died meanwhile.", async () => {
  const w = await story();
  await w.work(["notify"]);
  const reference = await w.accept({});
  const refused = async (text: string, needs = worker(w)): Promise<void> => {
    refuse(w, text);
    await advanceOrder(reference, needs);
  };

  await expect(refused("The city is missing", dyingWhenTold(w))).rejects.toThrow("died");
  for (let look = 0; look < 3; look++) await refused("The city is missing");
  const atFirst = (await cases(w, "enom-refused")).length;
  await retry(w, reference);
  for (let look = 0; look < 3; look++) await refused("The country is unknown");

  const mails = await cases(w, "enom-refused");
  expect([atFirst, mails.length]).toEqual([1, 2]);
  expect(mails.map(({ text }) => /The \w+ is \w+/.exec(text)?.[0])).toEqual([
    "The city is missing",
    "The country is unknown",
  ]);
});

test("An account that is short for five days, with a new order each day, is one mail; short again after that, one more.", async () => {
  const w = await story();
  await w.work(["notify"]);
  w.enom.books.setBalance("1.00");
  const references: string[] = [];
  for (let day = 1; day <= 5; day++) {
    await sweep(w);
    references.push(...(await Promise.all([waiting(w, SHORT), waiting(w, SHORT)])));
    w.time.jump(DAY_MS);
  }
  const atFirst = (await cases(w, SHORT)).length;

  w.enom.books.setBalance("5000.00");
  for (const reference of references) await drive(w, reference, issued, worker(w));
  await sweep(w);
  w.enom.books.setBalance("1.00");
  await waiting(w, SHORT);

  expect([atFirst, (await cases(w, SHORT)).length]).toEqual([1, 2]);
});

test("An account that was mended in the night and is short again before noon is told of again, although the daily list is over.", async () => {
  const w = await story();
  await w.work(["notify"]);
  setTime(w, "2026-04-02T23:30:00Z");
  await sweep(w);
  w.enom.books.setBalance("1.00");
  const reference = await waiting(w, SHORT);
  w.time.jump(HOUR_MS);
  await sweep(w);
  w.time.jump(7 * HOUR_MS);
  w.enom.books.setBalance("5000.00");
  await drive(w, reference, issued, worker(w));
  await sweep(w);
  const atFirst = (await cases(w, SHORT)).length;

  w.time.jump(4 * HOUR_MS);
  w.enom.books.setBalance("1.00");
  await waiting(w, SHORT);

  expect([atFirst, (await cases(w, SHORT)).length]).toEqual([1, 2]);
});

test("What stops an account each hour, and passes, is not told each hour.", async () => {
  const w = await story();
  await w.work(["notify"]);
  setTime(w, "2026-04-02T10:00:00Z");
  for (let hour = 0; hour < 3; hour++) {
    w.enom.books.setBalance("1.00");
    const reference = await waiting(w, SHORT);
    w.enom.books.setBalance("5000.00");
    await drive(w, reference, issued, worker(w));
    w.time.jump(HOUR_MS);
    await sweep(w);
  }

  expect(await cases(w, SHORT)).toHaveLength(1);
});
