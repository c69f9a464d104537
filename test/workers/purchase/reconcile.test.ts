// Rules 1, 9, 10 and first binding: what is found in eNom's list, whose it may be, and what is never taken.
import { expect, test } from "vitest";
import { audit } from "../../../src/workers/audit/audit.ts";
import { findAttempt } from "../../../src/workers/ledger/attempt.ts";
import { findFrozen, freeze, thaw } from "../../../src/workers/ledger/maintenance.ts";
import { advanceOrder } from "../../../src/workers/open/workflow.ts";
import type { OrderNeeds } from "../../../src/workers/order/needs.ts";
import { listAll } from "../../../src/workers/purchase/listing.ts";
import { makeCsr } from "../../support/csr.ts";
import { orderNeeds } from "../../support/needs.ts";
import { SETTLE_MS } from "../../support/time.ts";
import { issued, stuck, type World, world } from "../../support/world.ts";
import { drive, get, leftSending, RAPIDSSL, withCode } from "../open/runs.ts";

const minutes = (count: number): number => count * 60_000;

/** The account of these needs, to be changed by a test. */
function main(needs: OrderNeeds) {
  const account = needs.accounts.find("main");
  if (!account) throw new Error("no account");
  return account;
}

/** Needs whose account is shared with others. */
function sharedNeeds(w: World): OrderNeeds {
  const needs = orderNeeds(w);
  main(needs).entry.mode = "shared";
  return needs;
}

const owners = (w: World): Promise<Record<string, string>> => w.redis.hgetall(w.keys.ledger.owner("main"));

test("rule 10: a slot that shows up late in eNom's list is used, and nothing is bought again", async () => {
  const w = await world({ timings: { listLagMs: 900 } });
  const needs = orderNeeds(w);
  w.enom.fault("PurchaseServices", { kind: "lose-answer" });
  const reference = await w.accept({});
  await advanceOrder(reference, needs);
  await w.time.pass(5_000);
  const outcome = await advanceOrder(reference, needs);
  expect(outcome).toMatchObject({ because: expect.stringContaining("list is read again") });

  const { certId } = await drive(w, reference, issued, needs);

  expect(w.enom.books.purchases().map((each) => each.certId)).toEqual([certId]);
});

test("I11: a clock of Redis that was set back an hour does not put off the next look at a purchase in doubt", async () => {
  const w = await world({ timings: { listLagMs: 900 } });
  const needs = orderNeeds(w);
  w.enom.fault("PurchaseServices", { kind: "lose-answer" });
  const reference = await w.accept({});
  await advanceOrder(reference, needs);
  const now = needs.ledger.now ?? (() => w.time.now().getTime());

  const outcome = await advanceOrder(reference, {
    ...needs,
    ledger: { ...needs.ledger, now: () => now() - 60 * 60_000 },
  });

  expect(outcome).toMatchObject({ because: expect.stringContaining("list is read again") });
  expect((outcome as { waitSeconds: number }).waitSeconds).toBeLessThanOrEqual(5);
});

test("rule 10: a slot taken from the list leaves the attempt covered until T_settle is over, then owned", async () => {
  const w = await world();
  const needs = orderNeeds(w);
  w.enom.fault("PurchaseServices", { kind: "lose-answer" });
  const reference = await w.accept({});
  await advanceOrder(reference, needs);
  await w.time.pass(5_000);
  await drive(w, reference, ({ certId }) => certId !== null, needs);
  expect((await findAttempt(needs, reference, 1))?.state).toBe("COVERED");
  expect(await w.redis.hlen(w.keys.ledger.unsettled("main"))).toBe(1);

  await w.time.pass(SETTLE_MS);
  await audit(main(needs), needs);

  expect((await findAttempt(needs, reference, 1))?.state).toBe("OWNED");
  expect(await w.redis.hlen(w.keys.ledger.unsettled("main"))).toBe(0);
});

test("rule 10: an answer with an order id alone is exact evidence, also where others buy in the account", async () => {
  const w = await world();
  const needs = sharedNeeds(w);
  const answer =
    "<orderid>500000101</orderid><Command>PURCHASESERVICES</Command><ErrCount>0</ErrCount><Done>true</Done>";
  const body = `<?xml version="1.0"?><interface-response>${answer}</interface-response>`;
  w.enom.fault("PurchaseServices", { kind: "body", body, effect: true });
  const reference = await w.accept({});
  await advanceOrder(reference, needs);
  w.enom.colleague.buys(RAPIDSSL, 1);
  await w.time.pass(5_000);

  const { purchases } = await drive(w, reference, issued, needs);

  expect(purchases).toMatchObject([{ orderId: 500_000_101, certId: w.enom.books.purchases()[0]?.certId }]);
});

test("rule 10: a slot that carries our CSR is ours, whoever configured it", async () => {
  const w = await world();
  const needs = sharedNeeds(w);
  const csr = await makeCsr({ cn: "shop.example.com" });
  const reference = await leftSending(w);
  const order = await get(w, reference);
  const bought = w.enom.colleague.buys(RAPIDSSL, 1);
  const stranger = w.enom.colleague.buys(RAPIDSSL, 1);
  await w.enom.colleague.configures(bought.certId, order.order.csr);
  await w.enom.colleague.configures(stranger.certId, csr);
  await w.time.pass(5_000);

  const { certId } = await drive(w, reference, ({ certId: held }) => held !== null, needs);

  expect(certId).toBe(bought.certId);
});

test("rule 10: the oldest young untouched slot of the class is taken; another product's, an old, a configured, a refunded one is not", async () => {
  const w = await world({ largestPage: 2 });
  const needs = orderNeeds(w);
  const reference = await leftSending(w);
  const [refunded, wanted] = [w.enom.colleague.buys(RAPIDSSL, 1), w.enom.colleague.buys(RAPIDSSL, 1)];
  w.enom.books.refund(refunded.certId);
  await w.redis.hset(
    w.keys.ledger.owner("main"),
    w.enom.colleague.buys("Certificate-Comodo-Essential", 1).certId,
    "FOREIGN",
  );
  await w.redis.hset(w.keys.ledger.owner("main"), w.enom.colleague.buys(RAPIDSSL, 1).certId, "LEGACY");
  await w.time.pass(5_000);

  const { certId } = await drive(w, reference, ({ certId: held }) => held !== null, needs);

  expect(certId).toBe(wanted.certId);
});

test("rule 10: of two slots that may be its own an order takes the older, whose term began first", async () => {
  const w = await world();
  const needs = orderNeeds(w);
  const [first] = [await leftSending(w), await leftSending(w)];
  const [older] = [w.enom.colleague.buys(RAPIDSSL, 1), w.enom.colleague.buys(RAPIDSSL, 1)];
  await w.time.pass(minutes(4)); // nobody waits for an answer any more

  const { certId } = await drive(w, first, ({ certId: held }) => held !== null, needs);

  expect(certId).toBe(older.certId);
});

test("rule 10: a slot older than a week is nobody's new one", async () => {
  const w = await world();
  const needs = orderNeeds(w);
  const reference = await leftSending(w);
  w.enom.colleague.buys(RAPIDSSL, 1);
  w.time.jump(9 * 24 * minutes(60));

  await advanceOrder(reference, needs);

  expect((await get(w, reference)).certId).toBeNull();
});

test("rule 10: a slot that another process may be told of at this moment is left to it", async () => {
  const w = await world();
  const needs = orderNeeds(w);
  const reference = await leftSending(w);
  await w.time.pass(6_000);
  w.enom.fault("PurchaseServices", { kind: "delay", ms: 300 });
  const other = await w.accept({ cn: "www.example.com" });
  const buying = advanceOrder(other, needs);
  await expect.poll(() => w.enom.books.purchases().length, { interval: 10, timeout: 10_000 }).toBe(1);

  await advanceOrder(reference, needs);

  expect((await get(w, reference)).certId).toBeNull();
  await buying;
  expect((await get(w, other)).certId).toBe(w.enom.books.purchases()[0]?.certId);
});

test("rule 10: a list whose pages shift while they are read is read again until it is whole", async () => {
  const w = await world({ largestPage: 3 });
  for (let i = 0; i < 7; i++) w.enom.colleague.buys(RAPIDSSL, 1);
  const shift = { kind: "meanwhile", run: () => w.enom.colleague.buys(RAPIDSSL, 1) } as const;
  w.enom.fault(
    "CertGetCerts",
    { kind: "meanwhile", run: () => undefined },
    shift,
    { kind: "meanwhile", run: () => undefined },
    shift,
  );

  const { listed } = await listAll(main(orderNeeds(w)).enom);

  expect(listed.map(({ certId }) => certId)).toEqual(
    w.enom.books
      .slots()
      .map(({ certId }) => certId)
      .reverse(),
  );
});

test("rule 1: in a shared account no slot is taken from the list, nothing is bought again, and a person decides", async () => {
  const w = await world();
  const needs = { ...sharedNeeds(w), pace: { pollSeconds: 0.1, validationDays: 7, rebuyBudget: 1 } };
  w.enom.fault("PurchaseServices", { kind: "lose-answer" });
  const reference = await w.accept({});
  await advanceOrder(reference, needs);
  w.enom.colleague.buys(RAPIDSSL, 1);
  await w.time.pass(SETTLE_MS + 1_000);

  const { state, record } = await drive(w, reference, withCode("purchase-unknown"), needs);

  expect(state).toBe("PARKED");
  expect(record.attention?.message).toContain("shared");
  expect(record.doubt?.candidates).toHaveLength(2);
  expect(w.enom.asked("PurchaseServices")).toHaveLength(1);
});

test("what an account holds at first binding is entered as LEGACY, and only a person gives it to an order", async () => {
  const w = await world();
  const needs = orderNeeds(w);
  const [legacy, refunded] = [w.enom.colleague.buys(RAPIDSSL, 1), w.enom.colleague.buys(RAPIDSSL, 1)];
  w.enom.books.refund(refunded.certId);
  w.enom.fault("PurchaseServices", { kind: "lose-request" });
  const reference = await w.accept({});
  await advanceOrder(reference, needs);
  expect(await owners(w)).toEqual({ [legacy.certId]: "LEGACY", [refunded.certId]: "REFUNDED" });
  await w.time.pass(SETTLE_MS + 1_000);

  const { state, record } = await drive(w, reference, withCode("purchase-unknown"), needs);

  expect(state).toBe("PARKED");
  expect(record.doubt?.candidates).toMatchObject([{ certId: legacy.certId, owner: "LEGACY" }]);
});

test("I11: five minutes after T_settle a doubt ends with a person, although eNom cannot be asked", async () => {
  const w = await world();
  const needs = orderNeeds(w);
  const reference = await leftSending(w, SETTLE_MS + minutes(4));
  w.enom.settings.losses = { rate: 1 };
  await advanceOrder(reference, needs);
  expect((await get(w, reference)).state).toBe("BUYING");
  await w.time.pass(minutes(2));

  const { state, record } = await drive(w, reference, stuck, needs);

  expect({ state, code: record.attention?.code }).toEqual({ state: "PARKED", code: "purchase-unknown" });
  expect(record.doubt?.missing).not.toEqual([]);
});

test("rule 9: a clock that jumps an hour settles nothing that was not watched", async () => {
  const w = await world();
  const needs = orderNeeds(w);
  const reference = await leftSending(w);
  w.time.jump(minutes(60));

  await advanceOrder(reference, needs);

  expect((await get(w, reference)).state).toBe("BUYING");
});

test("rule 13: a purchase that nobody here made freezes the account: nothing is bought, claimed or configured until a person has found out", async () => {
  const w = await world();
  const needs = orderNeeds(w);
  const first = await w.accept({});
  await drive(w, first, issued, needs);
  const stranger = w.enom.colleague.buys(RAPIDSSL, 1);

  await audit(main(needs), needs);
  const second = await w.accept({ cn: "www.example.com" });
  const { record } = await drive(w, second, withCode("ledger-frozen"), needs);

  expect(record.attention?.message).toContain(`${stranger.certId}`);
  expect(w.enom.asked("PurchaseServices")).toHaveLength(1);
  expect((await get(w, first)).record.attention).toBeNull();
});

test("rule 13: money taken for an order without a certificate freezes the account, once eNom's list had T_settle to show it", async () => {
  const w = await world();
  const needs = orderNeeds(w);
  await drive(w, await w.accept({}), issued, needs);
  await audit(main(needs), needs);
  const strange = w.enom.colleague.buys(RAPIDSSL, 1);
  const visible = main(needs).enom.listCertificates;
  main(needs).enom.listCertificates = async (page) => {
    const shown = await visible(page);
    const certificates = shown.certificates.filter(({ certId }) => certId !== strange.certId);
    return { certificates, unread: [], total: shown.total - 1 };
  };
  await audit(main(needs), needs);
  expect(await findFrozen(needs, "main")).toBeUndefined();
  await w.time.pass(SETTLE_MS);

  await audit(main(needs), needs);

  expect(await findFrozen(needs, "main")).toContain(`order ${strange.orderId}`);
});

test("rule 15: a refund of what an order holds is seen by the count, also when the certificate was issued long ago", async () => {
  const w = await world();
  const needs = orderNeeds(w);
  const reference = await w.accept({});
  const { certId } = await drive(w, reference, issued, needs);
  const spare = w.enom.colleague.buys(RAPIDSSL, 1);
  await w.redis.hset(w.keys.ledger.owner("main"), spare.certId, "POOL");
  w.enom.books.refund(certId ?? 0);
  w.enom.books.refund(spare.certId);

  await audit(main(needs), needs);
  await advanceOrder(reference, needs);

  const { state, record } = await get(w, reference);
  expect({ state, code: record.attention?.code }).toEqual({ state: "PARKED", code: "refunded" });
  expect(await owners(w)).toEqual({ [certId ?? 0]: "REFUNDED", [spare.certId]: "REFUNDED" });
});

test("I11: a slot whose detail eNom refuses to show stands in no other order's way, and a person decides in time", async () => {
  const w = await world();
  const needs = orderNeeds(w, { timings: { pollSeconds: 0.1, validationDays: 7, rebuyBudget: 1 } });
  const reference = await leftSending(w);
  w.enom.colleague.buys(RAPIDSSL, 1);
  const codes = [{ number: "316397", string: "not found" }];
  const refused = { kind: "error", texts: ["Not found"], codes } as const;
  w.enom.fault("CertGetCertDetail", ...Array.from({ length: 50 }, () => refused));
  await w.time.pass(6_000);
  expect(await advanceOrder(reference, needs)).toMatchObject({ waitSeconds: expect.any(Number) });
  await w.time.pass(SETTLE_MS + minutes(6));

  expect((await drive(w, reference, withCode("purchase-unknown"), needs)).state).toBe("PARKED");
  expect(w.enom.asked("PurchaseServices")).toEqual([]);
});

test("an answer that the ledger cannot take at that moment is kept, and its order id finds the slot", async () => {
  const w = await world();
  const needs = orderNeeds(w);
  w.enom.fault("PurchaseServices", { kind: "meanwhile", run: () => freeze(needs, "main", "a test") });
  const reference = await w.accept({});
  await advanceOrder(reference, needs);
  const [bought] = w.enom.books.purchases();
  expect(await findAttempt(needs, reference, 1)).toMatchObject({ state: "UNKNOWN", orderId: bought?.orderId });

  await thaw(needs, "main", "found out (ops)");
  await w.time.pass(6_000);

  expect((await drive(w, reference, issued, needs)).certId).toBe(bought?.certId);
});

test("I11: a doubt on a frozen account ends with a person, too", async () => {
  const w = await world();
  const needs = orderNeeds(w);
  const reference = await leftSending(w);
  w.enom.colleague.buys(RAPIDSSL, 1);
  await freeze(needs, "main", "a test");
  await w.time.pass(6_000);
  await advanceOrder(reference, needs);
  await get(w, reference, withCode("ledger-frozen"));
  await w.time.pass(SETTLE_MS + minutes(5));

  expect((await drive(w, reference, withCode("purchase-unknown"), needs)).state).toBe("PARKED");
});

test("rule 4: jobs that somebody adds or retries by hand buy nothing while a purchase is in doubt, or parked", async () => {
  const w = await world();
  const reference = await leftSending(w);
  await w.work(["open"]);
  const jobs = await Promise.all(Array.from({ length: 20 }, () => w.queues.all.open.add("open", { v: 1, reference })));
  await expect
    .poll(async () => (await Promise.all(jobs.map((job) => job.getState()))).includes("waiting"), { timeout: 15_000 })
    .toBe(false);
  await Promise.allSettled(jobs.map((job) => job.promote()));
  await Promise.allSettled(jobs.map((job) => job.retry()));

  await w.time.pass(SETTLE_MS + minutes(1));
  await drive(w, reference, withCode("purchase-unknown"));
  await w.queues.enqueue("open", { reference });

  expect(w.enom.asked("PurchaseServices")).toEqual([]);
});

test("a slot bought too many becomes spare and the next order of its product and term gets it", async () => {
  const w = await world();
  const needs = orderNeeds(w, { timings: { pollSeconds: 0.1, validationDays: 7, rebuyBudget: 1 } });
  const late = Promise.withResolvers<void>();
  w.enom.fault("PurchaseServices", { kind: "late-effect", until: late.promise });
  const first = await w.accept({});
  await advanceOrder(first, needs);
  await w.time.pass(SETTLE_MS + minutes(1));
  await advanceOrder(first, needs);
  await w.time.pass(10_000);
  const { attempt, rebuys } = await drive(w, first, issued, needs);
  expect({ attempt, rebuys }).toEqual({ attempt: 2, rebuys: 1 });
  late.resolve();
  await expect.poll(() => w.enom.books.purchases().length, { interval: 10, timeout: 10_000 }).toBe(2);

  await audit(main(needs), needs);
  const second = await drive(w, await w.accept({ cn: "www.example.com" }), issued, needs);

  expect(w.enom.asked("PurchaseServices")).toHaveLength(2);
  expect(w.enom.books.purchases().map(({ certId }) => certId)).toContain(second.certId);
  expect(second.certId).not.toBe((await get(w, first)).certId);
});
