// Stories about money that arrives on an account: who waits for it goes on within seconds, and nobody else is disturbed.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pino } from "pino";
import { expect, test, vi } from "vitest";
import { connectionCheck } from "../../../src/shared/account/connection-check.ts";
import { accountRecords } from "../../../src/shared/account/records.ts";
import type { AttentionCode } from "../../../src/shared/base/codes.ts";
import { plusSeconds } from "../../../src/shared/base/dates.ts";
import { raise } from "../../../src/shared/certificate/attention.ts";
import { overNewest } from "../../../src/shared/certificate/save-race.ts";
import type { AccountEntry } from "../../../src/shared/config/fleet-file.ts";
import { type Account, openAccounts } from "../../../src/workers/accounts/accounts.ts";
import { changesOf, takeOver } from "../../../src/workers/balance/changed.ts";
import { type BalanceNeeds, pollBalance } from "../../../src/workers/balance/poll.ts";
import { hasArrived, ringForMoney } from "../../../src/workers/balance/waiting-orders.ts";
import { advanceOrder } from "../../../src/workers/open/workflow.ts";
import type { OrderNeeds } from "../../../src/workers/order/needs.ts";
import { orderNeeds } from "../../support/needs.ts";
import type { OrderChanges } from "../../support/order.ts";
import { type World, world } from "../../support/world.ts";
import { get, withCode } from "../open/runs.ts";

const NOW = new Date("2026-11-22T12:00:00.000Z");
const HOUR_SECONDS = 3_600;
const POOR: AttentionCode = "no-account-with-funds";
const MINIMUM = ', minimumBalance: "9999.00" }';
const WARN_ONLY = "balance: { blocksPurchases: false }";

test("An order that waits for money is bought as soon as a poll reads that it is there, long before its own next look.", async () => {
  const w = await world({ balance: "1.00" });
  await w.work(["open", "balance-poll"], { ...w.env, CERTFLEET_POLL_SECONDS: "300" });
  await vi.waitFor(async () => expect(await available(w)).toBe("1.00"), { timeout: 10_000, interval: 20 });
  const reference = await w.order({});
  const waiting = await w.until(reference, withCode("no-account-with-funds"));
  await vi.waitFor(async () => expect(await w.queues.all["balance-poll"].getDelayedCount()).toBe(1), 10_000); // that of the order

  w.enom.books.setBalance("100.00");
  await w.queues.enqueue("balance-poll", { account: "main" });
  const bought = await w.until(reference, ({ certId, record }) => certId !== null && !record.attention);

  expect(bought.record.account).toBe("main");
  expect(w.enom.books.purchases()).toHaveLength(1);
  expect(Date.parse(waiting.record.nextLookAt ?? "")).toBeGreaterThan(Date.now());
}, 30_000);

test("While an order waits for money its account is read every five minutes, by one poll whatever the schedule adds; then as scheduled.", async () => {
  const w = await world({ balance: "1.00" });
  await w.work(["open", "balance-poll"]);
  const queue = w.queues.all["balance-poll"];
  const later = async () => (await queue.getDelayed()).filter(({ repeatJobKey }) => !repeatJobKey);
  const scheduled = async () => (await queue.getCompleted()).filter(({ repeatJobKey }) => repeatJobKey);

  const reference = await w.order({});
  await vi.waitFor(async () => expect(await later()).toHaveLength(1), { timeout: 10_000, interval: 20 });
  const [poll] = await later();
  await queue.upsertJobScheduler(
    "balance-main",
    { every: 100 },
    { name: "balance-poll", data: { v: 1, account: "main" } },
  );
  await vi.waitFor(async () => expect((await scheduled()).length).toBeGreaterThan(2), {
    timeout: 10_000,
    interval: 20,
  });
  await queue.removeJobScheduler("balance-main");
  await vi.waitFor(async () => expect(await later()).toHaveLength(1), { timeout: 10_000, interval: 20 });

  expect((await later())[0]?.id).toBe(poll?.id);
  expect(poll?.progress).toMatchObject({ waitingFor: "orders wait for money on this account" });
  w.enom.books.setBalance("100.00");
  await w.queues.enqueue("balance-poll", { account: "main" });
  await w.until(reference, ({ certId, record }) => certId !== null && !record.attention);
  await vi.waitFor(async () => expect(await later()).toEqual([]), { timeout: 10_000, interval: 20 });
}, 30_000);

test("The oldest orders are rung first, and no more at once than keep a poll short.", async () => {
  const w = await world();
  const references = [await waits(w), await waits(w), await waits(w)];
  const { needs, rung, main } = await bells(w);

  expect(await ringForMoney(main, needs, 2)).toBe(2);
  expect(rung).toEqual(references.slice(0, 2));
  expect(await Promise.all(references.map((each) => isDue(w, each)))).toEqual([true, true, false]);

  expect(await ringForMoney(main, needs)).toBe(3);
});

test("Of many orders of one customer's and one of another's, that one is among the first that are rung.", async () => {
  const w = await world();
  const customer = (name: string) => ({ customer: { email: `${name}@example.net` } });
  const bulk = [await waits(w, customer("bulk")), await waits(w, customer("bulk")), await waits(w, customer("bulk"))];
  const other = await waits(w, customer("other"));
  const { needs, rung, main } = await bells(w);

  expect(await ringForMoney(main, needs, 2)).toBe(2);
  expect(rung).toEqual([bulk[0], other]);
});

test("Who waits for something else, for another account or for a person is left alone.", async () => {
  const w = await world();
  await waits(w, { code: "enom-unavailable" });
  await waits(w, { account: "second" });
  await waits(w, { dataCenter: "us-1" });
  const bought = await waits(w);
  await w.redis.hset(w.keys.certificate(bought), { certId: 900123 });
  const { needs, rung, main } = await bells(w, { dataCenter: "eu-1" });

  expect(await ringForMoney(main, needs)).toBe(0);
  expect(rung).toEqual([]);
});

test.for([{ purchases: false }, { enabled: false }])(
  "Nobody is rung for money on an account with %o: nothing is bought there.",
  async (given) => {
    const w = await world();
    await waits(w);
    const { needs, main } = await bells(w, given);

    expect(await ringForMoney(main, needs)).toBe(0);
  },
);

test("A record that cannot be read keeps no other order from its money.", async () => {
  const w = await world();
  const broken = await waits(w);
  const sound = await waits(w);
  await w.redis.hset(w.keys.certificate(broken), { record: "{" });
  const { needs, rung, main } = await bells(w);

  expect(await ringForMoney(main, needs)).toBe(1);
  expect(rung).toEqual([sound]);
});

test("Money has arrived when more is there than at the last good reading, or when the account was asked in vain since.", () => {
  const at = NOW.toISOString();
  const later = plusSeconds(NOW, 1).toISOString();
  const balance = { available: "50.00", balance: "50.00", at };
  const well = { ok: true, message: "fine", at };
  const known = (check: object | null) => ({ balance, lastCheck: check && connectionCheck.parse(check) });

  expect(hasArrived(undefined, "0.00")).toBe(true);
  expect(hasArrived(known(well), "50.01")).toBe(true);
  expect(hasArrived(known(well), "50.00")).toBe(false);
  expect(hasArrived(known(null), "49.99")).toBe(false);
  expect(hasArrived(known({ ...well, ok: false, at: later }), "1.00")).toBe(true);
  expect(hasArrived(known({ ...well, at: later }), "1.00")).toBe(true); // the check went well, and its process died before the balance
});

test("A purchase lowers the balance, and a poll that reads it rings nobody; the first good one after a failed check rings all.", async () => {
  const w = await world({ balance: "100.00" });
  await waits(w);
  const { needs, rung } = await bells(w);
  await pollBalance({ v: 1, account: "main" }, needs);
  expect(rung.splice(0)).toHaveLength(1);

  w.enom.books.setBalance("90.05");
  await pollBalance({ v: 1, account: "main", check: true }, needs);
  await pollBalance({ v: 1, account: "main" }, needs);
  expect(rung).toEqual([]);

  w.enom.settings.loginWorks = false;
  await pollBalance({ v: 1, account: "main", check: true }, needs);
  w.enom.settings.loginWorks = true;
  await pollBalance({ v: 1, account: "main", check: true }, needs);
  expect(rung).toHaveLength(1);
});

test.for<{ what: string; before: string; after: string; code: AttentionCode }>([
  { what: "the minimum is lowered", before: MINIMUM, after: ', minimumBalance: "10.00" }', code: POOR },
  { what: "the minimum is taken away", before: MINIMUM, after: " }", code: POOR },
  { what: "the minimum blocks no more", before: MINIMUM, after: `${MINIMUM}\n${WARN_ONLY}`, code: POOR },
  { what: "its purchases are let go on", before: ", purchases: false }", after: " }", code: "purchases-stopped" },
  { what: "an account is enabled", before: ", enabled: false }", after: " }", code: "no-account" },
])(
  "An order that waits with $code is bought within seconds when $what in the file.",
  { timeout: 30_000 },
  async ({ before, after, code }) => {
    const w = await world();
    const { env, write } = fileOf(w);
    write(before);
    const workers = await Promise.all([w.work(["open"], env), w.work(["balance-poll"], env)]);
    expect(workers).toHaveLength(2);
    const reference = await w.order({});
    await w.until(reference, withCode(code));
    await farOff(w, reference);

    write(after);
    await w.until(reference, ({ certId, record }) => certId !== null && !record.attention);

    expect(w.enom.books.purchases()).toHaveLength(1);
  },
);

test("Each take-over of the file rings the orders that wait at the next good reading, once; who dies in between rings again.", async () => {
  const w = await world();
  await waits(w);
  const { needs, rung } = await bells(w);
  const poll = (given = needs) => pollBalance({ v: 1, account: "main" }, given);
  await poll();
  expect(rung.splice(0)).toHaveLength(1);

  await takeOver(needs.accounts, needs);
  await expect(poll({ ...needs, enqueue: () => Promise.reject(new Error("the process died here")) })).rejects.toThrow(
    "died",
  );
  await poll();
  await poll();
  expect(rung.splice(0)).toHaveLength(1);

  await takeOver(needs.accounts, needs);
  await takeOver(needs.accounts, needs);
  await poll();
  await poll();
  expect(rung).toHaveLength(1);
});

test("A process that buys and takes a file over has the accounts looked at once more: an order may have met it with the version before.", async () => {
  const w = await world();
  const { env, write } = fileOf(w);
  write(" }");
  await w.work(["open"], env);
  const asked = () => w.queues.all["balance-poll"].getJobs();
  expect(await asked()).toEqual([]);

  write(", sort: 5 }");

  await vi.waitFor(
    async () => expect(await asked()).toMatchObject([{ data: { account: "main", check: true } }]),
    10_000,
  );
  expect(await changesOf("main", w)).toEqual({ taken: 1, rung: 0 });
});

test("A file that is taken over while a poll is under way has the account looked at again at once: the poll may have begun before it.", async () => {
  const w = await world();
  await waits(w);
  const { needs, rung } = await bells(w);
  await pollBalance({ v: 1, account: "main" }, needs);
  const arrive = once(() => takeOver(needs.accounts, needs));
  w.enom.fault("GetBalance", { kind: "meanwhile", run: arrive });
  rung.splice(0);

  const outcome = await pollBalance({ v: 1, account: "main" }, needs);
  expect([outcome, rung]).toEqual([
    { waitSeconds: 1, because: "the account's settings changed while it was polled; it is polled again" },
    [],
  ]);

  expect(await pollBalance({ v: 1, account: "main" }, needs)).toMatchObject({ waitSeconds: 300 });
  expect(rung).toHaveLength(1);
});

test("An account that refuses to tell its balance is asked again in five minutes while an order waits for money, and not where none does.", async () => {
  const w = await world();
  const { needs } = await bells(w);
  const no = { kind: "error", texts: ["Not now"], codes: [{ number: "304150", string: "no" }] } as const;

  w.enom.fault("GetBalance", no, no);
  expect(await pollBalance({ v: 1, account: "main" }, needs)).toBe("done");
  await waits(w);

  expect(await pollBalance({ v: 1, account: "main" }, needs)).toMatchObject({ waitSeconds: 300 });
});

test("A poll that dies while it rings has kept no reading: the next one reads the rise again, and rings.", async () => {
  const w = await world({ balance: "1.00" });
  const { needs, rung } = await bells(w);
  await pollBalance({ v: 1, account: "main" }, needs);
  await waits(w);
  w.enom.books.setBalance("100.00");

  const dying = { ...needs, enqueue: () => Promise.reject(new Error("the process died here")) };
  await expect(pollBalance({ v: 1, account: "main" }, dying)).rejects.toThrow("died");
  expect(await available(w)).toBe("1.00");
  await pollBalance({ v: 1, account: "main" }, needs);

  expect(rung).toHaveLength(1);
  expect(await available(w)).toBe("100.00");
});

test("An order that is just being looked at, and has read the balance before the money came, looks once more and is bought.", async () => {
  const w = await world({ balance: "1.00" });
  const reference = await w.accept({});
  await advanceOrder(reference, orderNeeds(w));
  const { needs, main } = await bells(w);
  const arrive = once(async () => {
    w.enom.books.setBalance("100.00");
    await ringForMoney(main, needs);
  });
  const balance = async () => {
    const read = await main.enom.balance();
    await arrive();
    return read;
  };

  await advanceOrder(reference, withAccount(w, { ...main, enom: { ...main.enom, balance } }));

  expect(await get(w, reference)).toMatchObject({ record: { attention: null } });
  expect(w.enom.books.purchases()).toHaveLength(1);
});

test("Money that comes while a look without it is being saved is not slept through: the look is done again at once.", async () => {
  const w = await world({ balance: "1.00" });
  const reference = await w.accept({});
  await advanceOrder(reference, orderNeeds(w));
  const { needs, main } = await bells(w);
  const later = { now: () => plusSeconds(new Date(), 2 * HOUR_SECONDS) };
  const arrive = once(() => ringForMoney(main, { ...needs, clock: later }));
  const save: typeof w.certificates.save = async (certificate, now) => {
    await arrive();
    return w.certificates.save(certificate, now);
  };

  const certificates = { ...w.certificates, save };
  const outcome = await advanceOrder(reference, orderNeeds(w, { clock: later, certificates }));

  expect(outcome).toMatchObject({ waitSeconds: 1 });
  expect((await get(w, reference)).record).toMatchObject({
    attention: { code: "no-account-with-funds" },
    trouble: { count: 1 },
  });
});

/** What a balance poll of account `main` is handed, and the references that it rings in `open`. */
async function bells(w: World, changes: Partial<AccountEntry> = {}) {
  const rung: string[] = [];
  const [found] = orderNeeds(w).accounts.all;
  if (!found) throw new Error("the world has an account");
  const main: Account = { ...found, entry: { ...found.entry, ...changes } };
  const { redis, keys, certificates } = w;
  const records = accountRecords(redis, keys);
  await records.publish(main.entry);
  const needs: BalanceNeeds = {
    ...{ redis, keys, certificates },
    accounts: openAccounts([main], { products: [] }),
    records,
    clock: { now: () => new Date() },
    log: pino({ level: "silent" }),
    restoredMargin: "20%",
    minimumBlocks: true,
    planPurchases: async () => ({ until: "2027-02-20", of: () => ({ reserved: "0.00", planned: [] }) }),
    async enqueue(name, data) {
      if (name === "open" && "reference" in data) rung.push(`${data.reference}`);
      return "1";
    },
  };
  return { needs, rung, main };
}

/** An order that waits for an hour to come. */
async function waits(
  w: World,
  { code = "no-account-with-funds", ...changes }: OrderChanges & { code?: AttentionCode } = {},
): Promise<string> {
  const reference = await w.accept(changes);
  const at = new Date();
  const certificate = await get(w, reference);
  const attention = raise(code, "It waits.", { reference, at, by: null });
  const nextLookAt = plusSeconds(at, HOUR_SECONDS).toISOString();
  await w.certificates.save({ ...certificate, record: { ...certificate.record, attention, nextLookAt } }, at);
  return reference;
}

/** Its next look is an hour away, as after a long time of waiting. */
async function farOff(w: World, reference: string): Promise<void> {
  await overNewest(async () => {
    const certificate = await get(w, reference);
    const nextLookAt = plusSeconds(new Date(), HOUR_SECONDS).toISOString();
    return w.certificates.save({ ...certificate, record: { ...certificate.record, nextLookAt } }, new Date());
  });
}

/** A configuration file with account `main`, to be written with the rest of it, and of the file. */
function fileOf(w: World) {
  const config = join(w.env.ENOM_LOG ?? "", "..", "changing.yaml");
  const login = `username: "\${ENOM_USERNAME}", password: "\${ENOM_PASSWORD}"`;
  const account = `{ id: main, apiUrl: "${w.enom.url}", ${login}, requestsPerSecond: 1000`;
  const write = (rest: string): void => writeFileSync(config, `accounts:\n  - ${account}${rest}\n`);
  return { write, env: { ...w.env, CERTFLEET_CONFIG: config, CERTFLEET_POLL_SECONDS: "300" } };
}

async function isDue(w: World, reference: string): Promise<boolean> {
  const { nextLookAt } = (await get(w, reference)).record;
  return nextLookAt !== null && Date.parse(nextLookAt) <= Date.now();
}

async function available(w: World): Promise<string | undefined> {
  return (await accountRecords(w.redis, w.keys).find("main"))?.balance?.available;
}

function withAccount(w: World, account: Account): OrderNeeds {
  return orderNeeds(w, { accounts: openAccounts([account], { products: [] }) });
}

function once(work: () => Promise<unknown>): () => Promise<void> {
  let isDone = false;
  return async () => {
    if (isDone) return;
    isDone = true;
    await work();
  };
}
