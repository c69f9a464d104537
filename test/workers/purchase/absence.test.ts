// Rule 11: a machine buys again only when every witness says that nothing was bought, once, and with the evidence on record.
import { expect, test } from "vitest";
import { findAttempt } from "../../../src/workers/ledger/attempt.ts";
import { advanceOrder } from "../../../src/workers/open/workflow.ts";
import type { OrderNeeds } from "../../../src/workers/order/needs.ts";
import { orderNeeds } from "../../support/needs.ts";
import { SETTLE_MS } from "../../support/time.ts";
import { issued, type World, world } from "../../support/world.ts";
import { drive, get, RAPIDSSL, withCode } from "../open/runs.ts";

const MINUTE_MS = 60_000;

function buyingAgain(w: World, rebuyBudget = 1): OrderNeeds {
  return orderNeeds(w, { timings: { pollSeconds: 0.1, validationDays: 7, rebuyBudget } });
}

/** An order whose purchase never reached eNom, at the moment when it is settled and the first of the two lists was read. */
async function absentOnce(w: World, needs: OrderNeeds): Promise<string> {
  w.enom.fault("PurchaseServices", { kind: "lose-request" });
  const reference = await w.accept({});
  await advanceOrder(reference, needs);
  await w.time.pass(SETTLE_MS + MINUTE_MS);
  const outcome = await advanceOrder(reference, needs);
  expect(outcome).toMatchObject({ because: expect.stringContaining("once more") });
  return reference;
}

/** The second look, ten seconds later, or later still. */
async function lookAgain(w: World, reference: string, needs: OrderNeeds, ms = 10_000): Promise<unknown> {
  await w.time.pass(ms);
  return advanceOrder(reference, needs);
}

const bought = (w: World): number => w.enom.asked("PurchaseServices").length;

test("rule 11: a purchase that surely was not made is made once more, with the evidence on record", async () => {
  const w = await world();
  const needs = buyingAgain(w);
  const reference = await absentOnce(w, needs);
  await lookAgain(w, reference, needs);

  const { attempt, rebuys } = await drive(w, reference, issued, needs);

  expect({ attempt, rebuys, purchases: w.enom.books.purchases().length }).toEqual({
    attempt: 2,
    rebuys: 1,
    purchases: 1,
  });
  const abandoned = await findAttempt(needs, reference, 1);
  expect(abandoned?.state).toBe("ABANDONED");
  expect(JSON.parse(abandoned?.evidence ?? "")).toMatchObject({
    lists: [expect.any(Number), expect.any(Number)],
    certificates: 0,
  });
});

test("rule 11: without budget, and when it is spent, a person decides", async () => {
  const w = await world();
  const reference = await w.accept({});
  w.enom.fault("PurchaseServices", { kind: "lose-request" }, { kind: "lose-request" });
  const needs = buyingAgain(w);
  await advanceOrder(reference, needs);
  await w.time.pass(SETTLE_MS + MINUTE_MS);
  await advanceOrder(reference, needs);
  await lookAgain(w, reference, needs);
  expect(bought(w)).toBe(2);
  await w.time.pass(SETTLE_MS + MINUTE_MS);

  const { record, attempt } = await drive(w, reference, withCode("purchase-unknown"), needs);

  expect(attempt).toBe(2);
  expect(record.attention?.message).toContain("already bought again once");
  expect(bought(w)).toBe(2);
});

test("rule 11: the second list is read at least ten seconds behind the first", async () => {
  const w = await world();
  const needs = buyingAgain(w);
  const reference = await absentOnce(w, needs);

  await lookAgain(w, reference, needs, 9_000);
  expect(bought(w)).toBe(1);
  await lookAgain(w, reference, needs, 1_500);
  expect(bought(w)).toBe(2);
});

test("rule 11: nothing is bought again while another purchase of the class is not settled", async () => {
  const w = await world();
  const needs = buyingAgain(w, 0);
  w.enom.fault("PurchaseServices", { kind: "lose-request" }, { kind: "lose-request" });
  const [first, second] = [await w.accept({}), await w.accept({ cn: "www.example.com" })];
  await advanceOrder(first, needs);
  await w.time.pass(3 * MINUTE_MS);
  await advanceOrder(second, needs);
  await w.time.pass(SETTLE_MS - MINUTE_MS);

  const outcome = await advanceOrder(first, buyingAgain(w));

  expect(outcome).toMatchObject({ because: expect.stringContaining("not known yet") });
  await w.time.pass(1.5 * MINUTE_MS);
  await advanceOrder(first, buyingAgain(w));
  await lookAgain(w, first, buyingAgain(w));
  expect(bought(w)).toBe(2); // the class rests until the second doubt is decided, too
  await advanceOrder(second, buyingAgain(w));
  await lookAgain(w, second, buyingAgain(w));
  await Promise.all([first, second].map((each) => drive(w, each, issued, buyingAgain(w))));
  expect(w.enom.books.purchases()).toHaveLength(2);
});

test("rule 11: an owner that changed in the class between the lists has them read again", async () => {
  const w = await world();
  const needs = buyingAgain(w);
  const reference = await absentOnce(w, needs);
  const slotClass = (await findAttempt(needs, reference, 1))?.slotClass ?? "";
  await w.redis.hincrby(w.keys.ledger.version("main"), slotClass, 1);

  await lookAgain(w, reference, needs);
  expect(bought(w)).toBe(1);
  await lookAgain(w, reference, needs);
  expect(bought(w)).toBe(2);
});

test("rule 11: lists that differ in the class have them read again", async () => {
  const w = await world();
  const needs = buyingAgain(w);
  const stranger = w.enom.colleague.buys(RAPIDSSL, 1); // LEGACY
  const reference = await absentOnce(w, needs);
  w.enom.books.refund(stranger.certId);

  await lookAgain(w, reference, needs);
  expect(bought(w)).toBe(1);
  await lookAgain(w, reference, needs);
  expect(bought(w)).toBe(2);
});

test("rule 11: an order of the price that no certificate explains stops it: a person decides, and sees the order", async () => {
  const w = await world();
  const needs = buyingAgain(w);
  w.enom.fault("PurchaseServices", { kind: "lose-answer" });
  w.enom.settings.timings.listLagMs = 24 * 3_600_000;
  const reference = await w.accept({});
  await advanceOrder(reference, needs);
  await w.time.pass(SETTLE_MS + MINUTE_MS);
  await advanceOrder(reference, needs);
  await lookAgain(w, reference, needs);
  expect((await get(w, reference)).state).toBe("BUYING");
  await w.time.pass(5 * MINUTE_MS);

  const { record } = await drive(w, reference, withCode("purchase-unknown"), needs);

  const [purchase] = w.enom.books.purchases();
  expect(record.attention?.message).toContain(`Order ${purchase?.orderId}`);
  expect(record.doubt?.orders).toMatchObject([{ orderId: purchase?.orderId }]);
  expect(bought(w)).toBe(1);
});

test("rule 11: money that is gone before the history shows it stops it", async () => {
  const w = await world();
  const needs = buyingAgain(w);
  w.enom.fault("PurchaseServices", { kind: "lose-answer" });
  Object.assign(w.enom.settings.timings, { listLagMs: 24 * 3_600_000, orderLagMs: 24 * 3_600_000 });
  const reference = await w.accept({});
  await advanceOrder(reference, needs);
  await w.time.pass(SETTLE_MS + MINUTE_MS);
  await advanceOrder(reference, needs);
  await lookAgain(w, reference, needs);
  expect((await get(w, reference)).state).toBe("BUYING");
  await w.time.pass(5 * MINUTE_MS);

  const { record } = await drive(w, reference, withCode("purchase-unknown"), needs);

  expect(record.attention?.message).toContain("a debit is still missing in it");
  expect(bought(w)).toBe(1);
});

test.for(["GetOrderList", "GetTransHistory", "GetBalance"])(
  "rule 11: nothing is bought again while %s cannot be had",
  async (command) => {
    const w = await world();
    const needs = buyingAgain(w);
    const reference = await absentOnce(w, needs);
    w.enom.settings.losses = { rate: 1, commands: new Set([command.toLowerCase()]) };

    await lookAgain(w, reference, needs);
    expect((await get(w, reference)).state).toBe("BUYING");
    expect(bought(w)).toBe(1);
    await w.time.pass(5 * MINUTE_MS);

    expect((await drive(w, reference, withCode("purchase-unknown"), needs)).record.doubt?.missing.length).toBeLessThan(
      3,
    );
    expect(bought(w)).toBe(1);
  },
);

test("rule 11: a listed slot of the class that nobody holds and nobody can take is in the way, whatever is odd about it", async () => {
  const w = await world();
  const needs = buyingAgain(w);
  const account = needs.accounts.find("main");
  if (!account) throw new Error("no account");
  const { listCertificates } = account.enom;
  account.enom.listCertificates = async (page) => {
    const shown = await listCertificates(page);
    return { ...shown, certificates: shown.certificates.map((each) => ({ ...each, orderDate: null })) };
  };
  w.enom.fault("PurchaseServices", { kind: "lose-answer" });
  const reference = await w.accept({});
  await advanceOrder(reference, needs);
  await w.time.pass(SETTLE_MS + MINUTE_MS);
  await advanceOrder(reference, needs);
  await lookAgain(w, reference, needs);
  await w.time.pass(5 * MINUTE_MS);

  const { record } = await drive(w, reference, withCode("purchase-unknown"), needs);

  expect(record.attention?.message).toContain(`slot ${w.enom.books.purchases()[0]?.certId}`);
  expect(bought(w)).toBe(1);
});

test("rule 11: another product's purchase and another price explain themselves", async () => {
  const w = await world();
  const needs = buyingAgain(w);
  const reference = await absentOnce(w, needs);
  await drive(w, await w.accept({ product: "Certificate-Comodo-Essential" }), issued, needs);

  await lookAgain(w, reference, needs);

  expect(bought(w)).toBe(3);
  expect(w.enom.books.purchases()).toHaveLength(2);
});

test("rule 11: two processes that decide at once buy once", async () => {
  const w = await world();
  const reference = await absentOnce(w, buyingAgain(w));
  await w.time.pass(10_000);

  await Promise.allSettled([1, 2, 3].map(() => advanceOrder(reference, buyingAgain(w))));
  await drive(w, reference, issued, buyingAgain(w));

  expect(w.enom.books.purchases()).toHaveLength(1);
  expect((await get(w, reference)).rebuys).toBe(1);
});
