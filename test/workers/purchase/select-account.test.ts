// Which account pays: the first by sort that can, never below what must stay, and never another one after something was sent.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type SandboxEnom, startSandboxEnom } from "../../../src/sandbox/enom/server.ts";
import { accountRecords } from "../../../src/shared/account/records.ts";
import { issued, type World, world } from "../../support/world.ts";
import { withCode } from "../open/runs.ts";

const PRICE = 9.95;

interface Two {
  w: World;
  /** Sort 10. */
  first: SandboxEnom;
  /** Sort 20. */
  second: SandboxEnom;
  env: NodeJS.ProcessEnv;
}

/** Two logins at two eNoms, each with an account of its own, as certfleet.yaml has them. */
async function twoAccounts(
  more: { first?: string; second?: string; file?: string; perSecond?: number } = {},
): Promise<Two> {
  const { perSecond = 1_000 } = more;
  const w = await world();
  const second = await startSandboxEnom({ username: "second", password: "password-of-second" });
  onTestFinished(() => second.close());
  const config = join(w.env.ENOM_LOG ?? "", "..", "two.yaml");
  const account = (id: string, sort: number, url: string, extra = ""): string =>
    `  - { id: ${id}, sort: ${sort}, apiUrl: "${url}", username: "\${${id.toUpperCase()}_USER}", password: "\${${id.toUpperCase()}_PASSWORD}", requestsPerSecond: ${perSecond}, purchasing: { maxUnsettled: 8 }${extra} }\n`;
  await writeFile(
    config,
    `accounts:\n${account("second", 20, second.url, more.second)}${account("first", 10, w.enom.url, more.first)}${more.file ?? ""}`,
  );
  const { ENOM_USERNAME, ENOM_PASSWORD, ENOM_API_URL: _url, ...rest } = w.env;
  const env = {
    ...rest,
    CERTFLEET_CONFIG: config,
    FIRST_USER: ENOM_USERNAME,
    FIRST_PASSWORD: ENOM_PASSWORD,
    SECOND_USER: "second",
    SECOND_PASSWORD: "password-of-second",
  };
  return { w, first: w.enom, second, env };
}

const bought = (enom: SandboxEnom): number => enom.books.purchases().length;

test("the account with the smallest sort pays; short of funds it leaves the order to the next, and pays again when money is back", async () => {
  const { w, first, second, env } = await twoAccounts({ first: ', minimumBalance: "50.00"' });
  await w.work(["open"], env);

  await w.until(await w.order({}), issued);
  first.books.setBalance("55.00"); // the price is there, and 50.00 must stay
  const elsewhere = await w.until(await w.order({}), issued);
  first.books.setBalance("5000.00");
  const again = await w.until(await w.order({}), issued);

  expect([bought(first), bought(second)]).toEqual([2, 1]);
  expect([elsewhere.record.account, again.record.account]).toEqual(["second", "first"]);
});

/** What budget.ts lets through in so long a time: it counts in windows of a second, and eNom hears a question a little later. */
const mostIn = (ms: number, perSecond: number): number => perSecond * (Math.floor((ms + 200) / 1_000) + 2);

test("of fifty orders at once, worked on by three workers, none takes the first account below its minimum, and no account is asked faster than it allows", async () => {
  const perSecond = 40;
  const { w, first, second, env } = await twoAccounts({ first: ', minimumBalance: "50.00"', perSecond });
  first.books.setBalance("250.00"); // for twenty
  for (let i = 0; i < 3; i++) await w.work(["open"], env);

  const references = await Promise.all(Array.from({ length: 50 }, () => w.order({})));
  await Promise.all(references.map((reference) => w.until(reference, issued, 60_000)));

  expect(bought(first) + bought(second)).toBe(50);
  expect(Number(first.books.balance())).toBeGreaterThanOrEqual(50);
  expect(bought(first)).toBeGreaterThan(10);
  expect(bought(first)).toBeLessThanOrEqual(Math.floor(200 / PRICE));
  for (const enom of [first, second]) {
    const times = enom.asked().map(({ at }) => at.getTime());
    expect(times.length).toBeGreaterThan(4 * perSecond); // enough to be kept waiting
    const tooEarly = times.flatMap((from, i) =>
      times.slice(i).filter((to, others) => others + 1 > mostIn(to - from, perSecond)),
    );
    expect(tooEarly).toEqual([]);
  }
}, 90_000);

test("an order for which no account can pay waits, says so of each, and goes on by itself when money arrives", async () => {
  const { w, first, second, env } = await twoAccounts();
  first.books.setBalance("1.00");
  second.books.setBalance("2.00");
  await w.work(["open"], env);

  const reference = await w.order({});
  const waiting = await w.until(reference, withCode("no-account-with-funds"));
  second.books.setBalance("100.00");
  const certificate = await w.until(reference, issued);

  expect(waiting.record.attention?.message).toMatch(
    /1\.00 USD available on account first.*2\.00 USD available on account second/,
  );
  expect(certificate.record).toMatchObject({ account: "second", attention: null });
});

const failed = (minutesAgo: number) => ({
  ok: false,
  message: "Bad user name or password",
  at: new Date(Date.now() - minutesAgo * 60_000).toISOString(),
});

test.for([
  ["that buys nothing", ", purchases: false", null],
  ["that is for other products", ', products: ["Certificate-GeoTrust-QuickSSL"]', null],
  ["whose last connection check failed", "", failed(1)],
] as const)("an account %s is passed over", async ([, extra, check]) => {
  const { w, first, second, env } = await twoAccounts({ first: extra });
  if (check) await accountRecords(w.redis, w.keys).keepCheck("first", check);
  await w.work(["open"], env);

  const certificate = await w.until(await w.order({}), issued);

  expect(certificate.record.account).toBe("second");
  expect([bought(first), bought(second)]).toEqual([0, 1]);
});

test.for([
  ["is frozen", { frozen: "I1: a slot has two owners" }, /second.+first.+frozen: I1|first.+frozen: I1.+second/],
  ["has failed its last check", { failed: true }, /account second.+Account first is not asked/],
  ["is switched off", { stopped: "we move" }, /account first are switched off.+account second/],
] as const)("an order that lacks money on one account tells of the other that %s, too", async ([, trouble, told]) => {
  const { w, second, env } = await twoAccounts();
  second.books.setBalance("1.00");
  const records = accountRecords(w.redis, w.keys);
  if ("failed" in trouble) await records.keepCheck("first", failed(1));
  else await w.redis.hset(w.keys.ledger.meta("first"), trouble);
  await w.work(["open"], env);

  const { record } = await w.until(await w.order({}), withCode("no-account-with-funds"));

  expect(record.attention?.message).toMatch(told);
});

test("an order is not refused for good while an account that may sell its product is in trouble: it waits, and is bought there", async () => {
  const { w, first, second, env } = await twoAccounts();
  second.settings.disabledServices.add("certificate-rapidssl-rapidssl");
  const records = accountRecords(w.redis, w.keys);
  await records.keepCheck("first", failed(1));
  await w.work(["open"], env);

  const reference = await w.order({});
  const waiting = await w.until(reference, ({ record }) => (record.trouble?.count ?? 0) > 1);
  await records.keepCheck("first", { ok: true, message: "well", at: new Date().toISOString() });
  await w.until(reference, issued);

  expect(waiting.record).toMatchObject({ failure: null, attention: null });
  expect([bought(first), bought(second)]).toEqual([1, 0]);
});

test("where one account does not sell the product and the other buys nothing now, the order waits for the other, by itself", async () => {
  const { w, first, env } = await twoAccounts({ second: ", purchases: false" });
  first.settings.disabledServices.add("certificate-rapidssl-rapidssl");
  await w.work(["open"], env);

  const { record } = await w.until(await w.order({}), withCode("purchases-stopped"));

  expect(record.nextLookAt).not.toBeNull();
  expect(record.attention?.message).toMatch(/does not sell .+ account first.+account second are switched off/);
});

test("a check that failed long ago does not keep an account from paying: eNom is simply asked again", async () => {
  const { w, first, env } = await twoAccounts();
  await accountRecords(w.redis, w.keys).keepCheck("first", failed(60));
  await w.work(["open"], env);

  await w.until(await w.order({}), issued);

  expect(bought(first)).toBe(1);
});

test("after an uncertain purchase the order stays where it was sent, however short of funds that account is by then", async () => {
  const { w, first, second, env } = await twoAccounts();
  first.fault("PurchaseServices", { kind: "lose-answer" });
  await w.work(["open"], env);

  const reference = await w.order({});
  await expect.poll(() => bought(first), { timeout: 10_000 }).toBe(1);
  first.books.setBalance("0.00");
  const certificate = await w.until(reference, issued, 30_000);

  expect(certificate.record.account).toBe("first");
  expect([bought(first), bought(second)]).toEqual([1, 0]);
});

test("where the minimum only warns, the account pays on below it", async () => {
  const { w, first, env } = await twoAccounts({
    first: ', minimumBalance: "50.00"',
    file: "balance: { blocksPurchases: false }\n",
  });
  first.books.setBalance("55.00");
  await w.work(["open"], env);

  await w.until(await w.order({}), issued);

  expect(bought(first)).toBe(1);
});
