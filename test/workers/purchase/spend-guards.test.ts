// Spend guards: a price ceiling, caps an hour and a day, a switch. Each holds the order, none fails it, and reissues go on.
import { expect, test } from "vitest";
import { accountEntry } from "../../../src/shared/config/fleet-file.ts";
import { switchPurchases } from "../../../src/workers/ledger/maintenance.ts";
import { cancelOrder } from "../../../src/workers/ledger/transitions.ts";
import { advanceOrder } from "../../../src/workers/open/workflow.ts";
import type { OrderNeeds } from "../../../src/workers/order/needs.ts";
import { orderNeeds } from "../../support/needs.ts";
import { issued, type World, world } from "../../support/world.ts";
import { drive, get, withCode } from "../open/runs.ts";

const HOUR_MS = 3_600_000;

function capped(w: World, caps: { perHour?: string; perDay?: string }): OrderNeeds {
  const needs = orderNeeds(w);
  for (const { entry } of needs.accounts.all) Object.assign(entry.purchasing, caps);
  return needs;
}

test("an order whose price is above the agreed one waits with both prices, and goes on when the new one is agreed", async () => {
  const w = await world();
  const reference = await w.accept({ product: "Certificate-GeoTrust-QuickSSL-Premium", years: 2 });
  const tooLow = orderNeeds(w, { priceCeiling: () => "9.94" });

  const { record } = await drive(w, reference, withCode("price-above-ceiling"), tooLow);
  expect(record.attention?.message).toMatch(/eNom asks .+ for 2 y; the limit is 9\.94 USD a year\./);
  expect(w.enom.asked("PurchaseServices")).toEqual([]);

  await drive(w, reference, issued, orderNeeds(w, { priceCeiling: () => "1000.00" }));
});

test.for([
  ["hour", { perHour: "19.90" }, HOUR_MS],
  ["day", { perDay: "19.90" }, 24 * HOUR_MS],
] as const)(
  "an account spends no more in one %s than it may; the next order waits, and goes on when that is over",
  async ([, caps, spanMs]) => {
    const w = await world();
    const needs = capped(w, caps);
    for (const cn of ["shop.example.com", "www.example.com"]) await drive(w, await w.accept({ cn }), issued, needs);
    const third = await w.accept({});

    const { record } = await drive(w, third, withCode("spend-cap-reached"), needs);
    expect(record.attention?.message).toContain("19.90 USD");
    expect(w.enom.asked("PurchaseServices")).toHaveLength(2);

    await w.time.pass(spanMs);
    await drive(w, third, issued, needs);
    expect(w.enom.books.purchases()).toHaveLength(3);
  },
);

test("an account that says nothing of caps has them: a thousand in an hour, three thousand in a day; none is a word of its own", async () => {
  const w = await world();
  const needs = orderNeeds(w);
  const [account] = needs.accounts.all;
  if (!account) throw new Error("no account");
  const asIs = { id: "main", username: "u", password: "p" };
  account.entry.purchasing = accountEntry.parse(asIs).purchasing;
  const spent = w.keys.ledger.spent("main");
  await w.redis.zadd(spent, await w.time.ms(), "before#1|9910000"); // 991.00
  const reference = await w.accept({});

  const { record } = await drive(w, reference, withCode("spend-cap-reached"), needs);
  account.entry.purchasing = accountEntry.parse({ ...asIs, purchasing: { perHour: "none" } }).purchasing;
  await w.redis.zadd(spent, await w.time.ms(), "before#2|20000000"); // 2,991.00 in a day
  const again = await drive(w, reference, ({ record: { attention } }) => /3000/.test(attention?.message ?? ""), needs);
  account.entry.purchasing = accountEntry.parse({
    ...asIs,
    purchasing: { perHour: "none", perDay: "none" },
  }).purchasing;
  await drive(w, reference, issued, needs);

  expect(record.attention?.message).toContain("may spend 1000.00 USD in an hour, and this purchase of 9.95");
  expect(again.record.attention?.message).toContain("may spend 3000.00 USD in a day");
});

test("a cap below the price of one purchase says that no waiting helps", async () => {
  const w = await world();

  const { record } = await drive(w, await w.accept({}), withCode("spend-cap-reached"), capped(w, { perHour: "5.00" }));

  expect(record.attention?.message).toContain("in an hour, and this purchase alone costs 9.95");
});

test("a purchase that nobody knows the end of keeps its price: the next order waits rather than take the account below its minimum", async () => {
  const w = await world();
  w.enom.books.setBalance("65.00"); // above the minimum: one
  const needs = orderNeeds(w);
  for (const { entry } of needs.accounts.all) entry.minimumBalance = "50.00";
  const late = Promise.withResolvers<void>();
  w.enom.fault("PurchaseServices", { kind: "late-effect", until: late.promise });
  await advanceOrder(await w.accept({}), needs);

  const { record } = await drive(
    w,
    await w.accept({ cn: "www.example.com" }),
    withCode("no-account-with-funds"),
    needs,
  );
  late.resolve();
  await expect.poll(() => w.enom.books.purchases().length, { interval: 10, timeout: 10_000 }).toBe(1);

  expect(record.attention?.message).toContain("cannot pay 9.95 USD in addition to the purchases in flight");
  expect(w.enom.books.balance()).toBe("55.05");
});

test("a purchase that eNom refused counts towards no cap", async () => {
  const w = await world();
  const needs = capped(w, { perDay: "9.95" });
  const codes = [{ number: "524181", string: "Payment error; insufficient" }];
  w.enom.fault("PurchaseServices", { kind: "error", texts: ["Insufficient reseller balance"], codes });
  const reference = await w.accept({});

  await drive(w, reference, issued, needs);

  expect(w.enom.asked("PurchaseServices")).toHaveLength(2);
});

test("purchases that are switched off are felt by the next gate of any process; what is bought goes on, and so does buying when they are on again", async () => {
  const w = await world({ owner: "silent" });
  const needs = orderNeeds(w);
  const bought = await w.accept({ approver: { method: "dns" } });
  await drive(w, bought, ({ record }) => record.looks > 0, needs);
  await switchPurchases(needs, "main", "off", "a test (ops)");
  const waiting = await w.accept({ cn: "www.example.com" });

  await drive(w, waiting, withCode("purchases-stopped"), orderNeeds(w));
  w.enom.settings.owner = "approves";
  await drive(w, bought, issued, orderNeeds(w));
  expect(w.enom.asked("PurchaseServices")).toHaveLength(1);

  await switchPurchases(needs, "main", "on", "mended (ops)");
  await drive(w, waiting, issued, orderNeeds(w));
  expect((await get(w, waiting)).record.attention).toBeNull();
});

test("an account that may have less money in the air than one purchase costs tells so instead of waiting for ever", async () => {
  const w = await world();
  const needs = orderNeeds(w);
  for (const { entry } of needs.accounts.all) entry.purchasing.maxUnsettledMoney = "5.00";

  const { record } = await drive(w, await w.accept({}), withCode("spend-cap-reached"), needs);

  expect(record.attention?.message).toContain("5.00 USD in flight");
});

test("rule 6: a spare slot is used although there is no money, no room and a lower price was agreed", async () => {
  const w = await world({ balance: "20.00" });
  const needs = capped(w, { perDay: "9.95" });
  const first = await w.accept({});
  w.enom.fault("CertGetCertDetail", { kind: "status", status: 503 });
  const held = await drive(w, first, ({ state }) => state === "OWNED", needs);
  await cancelOrder(
    needs,
    { reference: first, account: "main", number: held.attempt },
    { service: held.order.product, years: 1 },
  );
  w.enom.books.setBalance("0.00");

  const { certId } = await drive(w, await w.accept({ cn: "www.example.com" }), issued, {
    ...needs,
    priceCeiling: () => "0.01",
  });

  expect(certId).toBe(held.certId);
  expect(w.enom.asked("PurchaseServices")).toHaveLength(1);
});
