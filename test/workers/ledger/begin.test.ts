// How a purchase begins, rules 4 to 6 of purchase safety: what the ledger says of the order decides, and a spare slot goes before a new one.
import { expect, test } from "vitest";
import { markUnknown } from "../../../src/workers/ledger/attempt-results.ts";
import { beginAttempt } from "../../../src/workers/ledger/begin.ts";
import { cancelOrder } from "../../../src/workers/ledger/transitions.ts";
import { CLASS, EMPTY, intent, of, openLedger, parked, ROOMY, SERVICE, sending } from "./ledger.ts";

const DAY_MS = 86_400_000;

test("rule 4: only an order that is approved or buying begins a purchase", async () => {
  const l = await openLedger();
  await l.accept("a");
  await cancelOrder(l, of("a", 0), { service: SERVICE, years: 1 });

  expect(await l.begin("a")).toEqual({ kind: "wrong-state", state: "CANCELLED" });
  expect(await l.begin("nobody")).toEqual({ kind: "wrong-state", state: "none" });
});

test("rule 5: a purchase that was prepared and never written is voided and prepared anew, with what eNom says by then", async () => {
  const l = await openLedger();
  await l.accept("a");
  await l.begin("a");

  const renewed = { ...intent("a"), balance: "90.05", newestOrderId: 8 };
  expect(await beginAttempt(l, renewed, { newest: 1, limits: ROOMY, at: l.time.now() })).toEqual({
    kind: "prepared",
    number: 2,
  });
  expect(await l.attempts("a")).toEqual(["VOID", "PREPARED"]);
  expect(await l.ledger.redis.hgetall(l.ledger.keys.ledger.attempt("a", 2))).toMatchObject({
    ...{ account: "main", service: SERVICE, years: "1", slotClass: CLASS },
    ...{ price: "9.95", balance: "90.05", newestOrderId: "8" },
  });
});

test("rule 5: of two runs that begin at once one prepares, and the other is told so", async () => {
  const l = await openLedger();
  await l.accept("a");

  const begun = await Promise.all([l.begin("a"), l.begin("a")]);

  expect(begun).toEqual([{ kind: "prepared", number: 1 }, { kind: "changed" }]);
  expect(await l.attempts("a")).toEqual(["PREPARED"]);
});

test("rule 5: behind a purchase that was written nothing more is bought", async () => {
  const l = await openLedger();
  await sending(l);

  expect(await l.begin("a", 1)).toEqual({ kind: "in-doubt", state: "SENDING" });
  await markUnknown(l, of("a"), { reason: "no answer" });
  expect(await l.begin("a", 1)).toEqual({ kind: "in-doubt", state: "UNKNOWN" });
  await l.claim({ reference: "a", certId: 900 });
  expect(await l.begin("a", 1)).toEqual({ kind: "holds", certId: 900 });
});

test("rule 5: behind a parked purchase nothing is bought, whatever the order's state says", async () => {
  const l = await openLedger();
  await parked(l);
  expect(await l.begin("a", 1)).toEqual({ kind: "wrong-state", state: "PARKED" });

  await l.ledger.redis.hset(l.ledger.keys.certificate("a"), "state", "BUYING");

  expect(await l.begin("a", 1)).toEqual({ kind: "in-doubt", state: "PARKED" });
});

test("rule 6: the oldest young spare slot is used before anything is bought; an old one, or one that is no spare any more, is not", async () => {
  const l = await openLedger();
  const { redis, keys } = l.ledger;
  await l.accept("a");
  await l.begin("a");
  await redis.hset(keys.ledger.owner("main"), { 900: "POOL", 901: "POOL", 902: "b", 903: "POOL" });
  const daysAgo = (count: number): number => l.time.ms() - count * DAY_MS;
  await redis.zadd(
    keys.ledger.pool("main", CLASS),
    daysAgo(7.1),
    900,
    daysAgo(6),
    902,
    daysAgo(5),
    901,
    daysAgo(4),
    903,
  );

  expect(await l.begin("a", 1)).toEqual({ kind: "from-pool", certId: 901 });

  expect(await l.maps()).toEqual({
    ...EMPTY,
    owner: { 900: "POOL", 901: "a", 902: "b", 903: "POOL" },
    held: { a: "901" },
  });
  expect(await l.pool()).toEqual(["900", "903"]);
  expect(await l.attempts("a")).toEqual(["VOID"]);
  expect(await redis.hget(keys.ledger.version("main"), CLASS)).toBe("1");
});

test("rule 6: an order that was given a spare slot owns it at once: cancelled a moment later, it gives it back", async () => {
  const l = await openLedger();
  const { redis, keys } = l.ledger;
  await l.accept("a");
  await redis.hset(keys.ledger.owner("main"), 900, "POOL");
  await redis.zadd(keys.ledger.pool("main", CLASS), l.time.ms(), 900);

  await l.begin("a");
  expect(await l.get("a")).toMatchObject({ state: "OWNED", certId: 900, purchases: [{ certId: 900, orderId: null }] });
  expect(await l.begin("a")).toEqual({ kind: "holds", certId: 900 });
  expect((await cancelOrder(l, of("a", 0), { service: SERVICE, years: 1 })).code).toBe("ok");

  expect([await l.maps(), await l.pool()]).toEqual([{ ...EMPTY, owner: { 900: "POOL" } }, ["900"]]);
});

test("rule 6: an order that may have a spare slot and nothing else begins no purchase", async () => {
  const l = await openLedger();
  await l.accept("a");

  const only = { newest: 0, limits: ROOMY, at: l.time.now(), sparesOnly: true };
  expect(await beginAttempt(l, intent("a"), only)).toEqual({ kind: "changed" });

  expect([await l.attempts("a"), (await l.get("a")).state]).toEqual([[], "APPROVED"]);
});

test("rule 6: a spare slot costs nothing, so it is used however much is in the air", async () => {
  const l = await openLedger();
  const { redis, keys } = l.ledger;
  await sending(l);
  await l.accept("b");
  await redis.hset(keys.ledger.owner("main"), { 901: "POOL" });
  await redis.zadd(keys.ledger.pool("main", CLASS), l.time.ms(), 901);

  expect(await l.begin("b", 0, { maxUnsettled: 1 })).toEqual({ kind: "from-pool", certId: 901 });
});
