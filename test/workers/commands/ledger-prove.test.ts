// The proof of the money: every purchase at eNom against the ledger, both ways.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { Unavailable } from "../../../src/shared/base/errors.ts";
import { bind } from "../../../src/workers/ledger/bind.ts";
import { advanceOrder } from "../../../src/workers/open/workflow.ts";
import { orderNeeds } from "../../support/needs.ts";
import { world } from "../../support/world.ts";
import { drive, get, leftSending, parked, RAPIDSSL } from "../open/runs.ts";
import { loseLedger, mainAccount, prove } from "./said.ts";

const bought = ({ certId }: { certId: number | null }): boolean => certId !== null;

test("every purchase of a fleet at work is proven to belong to its order, with date, order number and price", async () => {
  const w = await world();
  await w.work(["open"]);
  const references = [await w.order({}), await w.order({ product: "Certificate-Comodo-Essential", years: 2 })];
  const orders = await Promise.all(references.map((each) => w.until(each, bought)));

  const { purchases, unmatched, inDoubt } = await prove(w);

  expect({ unmatched, inDoubt }).toEqual({ unmatched: [], inDoubt: [] });
  expect(purchases.map(({ certId, belongs }) => ({ certId, belongs }))).toEqual(
    orders
      .map(({ certId, order }) => ({ certId, belongs: { to: "order", reference: order.reference } }))
      .sort((a, b) => Number(a.certId) - Number(b.certId)),
  );
  const books = w.enom.books.purchases();
  expect(purchases.map(({ orderId, price, years }) => ({ orderId, price, years }))).toEqual(
    books.map(({ orderId, price, years }) => ({ orderId, price, years })),
  );
  expect(purchases.every(({ date }) => /^\d{4}-\d\d-\d\d$/.test(date ?? ""))).toBe(true);
});

test("a slot that a colleague bought by hand is unmatched at eNom, by its CertID, order and price", async () => {
  const w = await world();
  await drive(w, await w.accept({}), bought);
  const { certId, orderId } = w.enom.colleague.buys(RAPIDSSL, 1);

  const { unmatched } = await prove(w);

  const what = `CertID ${certId} (RapidSSL) for 9.95: no order here has it`;
  expect(unmatched).toEqual([{ side: "enom", certId, orderId, reference: null, what }]);
});

test("a purchase whose answer was lost is proven as soon as its order has found the slot in eNom's list", async () => {
  const w = await world();
  const needs = orderNeeds(w);
  w.enom.fault("PurchaseServices", { kind: "lose-answer" });
  const reference = await w.accept({});
  await advanceOrder(reference, needs);
  const before = await prove(w);
  await w.time.pass(5_000);
  await drive(w, reference, bought, needs);

  const after = await prove(w);

  expect(before.unmatched).toMatchObject([
    { side: "enom", reference, what: expect.stringMatching(/#1, UNKNOWN, may/) },
  ]);
  expect(after).toMatchObject({ unmatched: [], purchases: [{ belongs: { to: "order", reference } }] });
});

test("a purchase that is on its way is in the air, and nothing is unmatched", async () => {
  const w = await world();
  const reference = await leftSending(w);
  w.enom.colleague.buys(RAPIDSSL, 1); // what the process that is gone has written

  expect(await prove(w)).toMatchObject({
    unmatched: [],
    purchases: [{ belongs: { to: "attempt", reference, attempt: 1, state: "SENDING" } }],
  });
});

test("a parked purchase that eNom never saw is in doubt and no mismatch; money that eNom took for it is one", async () => {
  const [unseen, paid] = await Promise.all([world(), world()]);
  const references = [await parked(unseen, "lose-request"), await parked(paid, "lose-answer")];
  paid.enom.settings.timings.listLagMs = 3_600_000;

  const [nothing, money] = await Promise.all([prove(unseen), prove(paid)]);

  expect(nothing).toMatchObject({ purchases: [], unmatched: [] });
  expect(nothing.inDoubt).toMatchObject([{ reference: references[0], attempt: 1, state: "PARKED", price: "9.95" }]);
  expect(money.inDoubt).toEqual([]);
  expect(money.unmatched).toMatchObject([{ side: "enom", certId: null, orderId: 500000101, reference: references[1] }]);
});

test("a slot that eNom's list does not show yet is asked for by its number, and is no mismatch", async () => {
  const w = await world({ timings: { listLagMs: 3_600_000 } });
  const reference = await w.accept({});
  const { certId } = await drive(w, reference, bought);

  expect(await prove(w)).toMatchObject({ unmatched: [], purchases: [{ certId, belongs: { to: "order", reference } }] });
});

test("what was there before the fleet, and what eNom refunded, is accounted for", async () => {
  const w = await world();
  const legacy = w.enom.colleague.buys(RAPIDSSL, 1);
  const refundedBefore = w.enom.colleague.buys(RAPIDSSL, 1);
  w.enom.books.refund(refundedBefore.certId);
  const unused = await prove(w);
  const reference = await w.accept({});
  const { certId } = await drive(w, reference, bought);
  w.enom.books.refund(certId ?? 0);
  const unmapped = w.enom.colleague.buys(RAPIDSSL, 1);
  w.enom.books.refund(unmapped.certId);

  const { purchases, unmatched } = await prove(w);

  expect(unused).toMatchObject({ state: "unused", unmatched: [], purchases: [{}, {}] });
  expect(unmatched).toEqual([]);
  expect(purchases.map(({ certId: slot, belongs, isRefunded }) => [slot, belongs.to, isRefunded])).toEqual([
    [legacy.certId, "legacy", false],
    [refundedBefore.certId, "refunded", true],
    [certId, "order", true],
    [unmapped.certId, "refunded", true],
  ]);
});

test("claims that eNom does not back are unmatched here: a held slot, a spare one, an order's purchase, an answered order", async () => {
  const w = await world();
  const reference = await w.accept({});
  await drive(w, reference, bought);
  const { owner, held, attempt } = w.keys.ledger;
  await w.redis.hset(owner("main"), { 910001: "bill-7", 910002: "POOL" });
  await w.redis.hset(held("main"), { "bill-7": 910001, "bill-8": 910009 });
  await w.redis.hset(
    w.keys.certificate(reference),
    "purchases",
    '[{"certId":910003,"orderId":1,"at":"2026-01-01T00:00:00Z"}]',
  );
  await w.redis.hset(attempt(reference, 1), "orderId", 910004);

  const { unmatched } = await prove(w);

  expect(unmatched.map(({ side, what }) => [side, what])).toEqual([
    ["ledger", "order bill-7 has CertID 910001, which eNom does not know"],
    ["ledger", "the pool of unused slots has CertID 910002, which eNom does not know"],
    ["ledger", `order ${reference} has CertID 910003, which eNom does not know`],
    ["ledger", `${reference}#1 was answered with order 910004, which eNom does not know`],
    ["ledger", "order bill-8 holds CertID 910009, which the ledger's other map gives to nobody or to another order"],
  ]);
});

test("a payment as large as a certificate that names no order is unmatched; any other amount is not about certificates", async () => {
  const w = await world({ balance: "1000.00" });
  await drive(w, await w.accept({}), bought);
  w.enom.books.setBalance("980.10"); // 990.05 less 9.95
  w.enom.books.setBalance("970.00");

  const { unmatched, purchases } = await prove(w);

  expect(unmatched).toMatchObject([{ side: "enom", what: "a payment for 9.95: no order here has it" }]);
  expect(purchases).toHaveLength(2);
});

test("with a period only what lies in it is proven, its last day included", async () => {
  let now = new Date("2026-10-01T20:00:00Z");
  const w = await world({ clock: { now: () => now } });
  const slots = ["2026-10-01", "2026-10-15", "2026-10-31", "2026-11-01"].map((day) => {
    now = new Date(`${day}T20:00:00Z`);
    return w.enom.colleague.buys(RAPIDSSL, 1).certId;
  });
  await bind(orderNeeds(w), mainAccount(orderNeeds(w)).entry, { legacy: [], refunded: [] });

  const month = await prove(w, { from: "2026-10-02", to: "2026-10-31" });
  const since = await prove(w, { from: "2026-10-31" });

  expect(month.unmatched.map(({ certId }) => certId)).toEqual(slots.slice(1, 3));
  expect(since.unmatched.map(({ certId }) => certId)).toEqual(slots.slice(2));
  expect(month.purchases.map(({ price }) => price)).toEqual(["9.95", "9.95"]);
});

test("more orders than a page of eNom's shows are all read", async () => {
  const w = await world({ largestPage: 20 });
  for (let i = 0; i < 60; i++) w.enom.colleague.buys(RAPIDSSL, 1);

  const { purchases } = await prove(w);

  expect(purchases).toHaveLength(60);
  expect(purchases.every(({ price }) => price === "9.95")).toBe(true);
});

test("a frozen ledger and one that Redis lost can be proven, too: without the ledger everything is unmatched", async () => {
  const w = await world();
  const reference = await w.accept({});
  await drive(w, reference, bought);
  await w.redis.hset(w.keys.ledger.meta("main"), { frozen: "somebody else buys here", run: "before the restart" });
  const frozen = await prove(w);
  const { certId } = await get(w, reference);
  await loseLedger(w);

  const lost = await prove(w);

  expect(frozen).toMatchObject({ state: "frozen", unmatched: [] });
  expect(lost).toMatchObject({ state: "lost", unmatched: [{ side: "enom", certId }] });
});

test("on a shared account what nobody here claims may be others', while claims are proven all the same", async () => {
  const w = await world();
  const reference = await w.accept({});
  await drive(w, reference, bought);
  w.enom.colleague.buys(RAPIDSSL, 1);
  await w.redis.hset(w.keys.ledger.owner("main"), 910001, "bill-7");
  const config = join(await mkdtemp(join(tmpdir(), "certfleet-shared-")), "certfleet.yaml");
  onTestFinished(() => rm(dirname(config), { recursive: true }));
  const login = { apiUrl: w.enom.url, username: w.env.ENOM_USERNAME, password: w.env.ENOM_PASSWORD };
  await writeFile(config, JSON.stringify({ accounts: [{ id: "main", mode: "shared", ...login }] }));
  w.env.CERTFLEET_CONFIG = config;

  const { purchases, unmatched } = await prove(w);

  expect(purchases.map(({ belongs }) => belongs.to)).toEqual(["order", "others"]);
  expect(unmatched).toMatchObject([{ side: "ledger", certId: 910001 }]);
});

test("an account that was first used with another login is not compared", async () => {
  const w = await world();
  await w.redis.hset(w.keys.ledger.meta("main"), { epoch: 1, login: "reseller.enom.com somebody" });

  await expect(prove(w)).rejects.toThrow("first used with another eNom host or user");
});

test("half a proof is none: an eNom that shows no whole list ends in a later try", async () => {
  const w = await world();
  w.enom.settings.losses = { rate: 1, commands: new Set(["gettranshistory"]) };

  await expect(prove(w)).rejects.toThrow(Unavailable);
});
