// The gate, rule 7 of purchase safety: one process, once, and only while everything still speaks for the purchase.
import { expect, test } from "vitest";
import { findAttempt } from "../../../src/workers/ledger/attempt.ts";
import { markNotSent } from "../../../src/workers/ledger/attempt-results.ts";
import { ledgerNow } from "../../../src/workers/ledger/context.ts";
import { freeze } from "../../../src/workers/ledger/maintenance.ts";
import { cancelOrder } from "../../../src/workers/ledger/transitions.ts";
import { beside, byRedisTime, CLASS, of, openLedger, SERVICE, type TestLedger, ticket } from "./ledger.ts";

/** As a Redis that answers late, or not what it was asked a moment ago: something happens behind the journal's line of a gate. */
function betweenGateAndWrite(l: TestLedger, happens: () => Promise<unknown>): TestLedger {
  const { journal } = l.ledger;
  return beside(l, {
    journal: {
      ...journal,
      async append(line) {
        await journal.append(line);
        if (line.step === "gate") await happens();
      },
    },
  });
}

test("rule 7: the gate opens once for one attempt, and only for the newest of an order", async () => {
  const l = await openLedger();
  await l.accept("a");
  await l.begin("a");
  await l.begin("a", 1);

  await expect(l.gate(ticket("a", 1))).rejects.toThrow("VOID");
  const gates = await Promise.allSettled([l.gate(ticket("a", 2, "one")), l.gate(ticket("a", 2, "two"))]);

  expect(gates.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  await expect(l.gate(ticket("a", 2, "one"))).rejects.toThrow("SENDING");
  expect(await l.ledger.redis.hget(l.ledger.keys.ledger.attempt("a", 2), "sender")).toBe("one");
});

test("rule 7: the gate stays shut for an attempt that is not the order's newest, even if it looks prepared", async () => {
  const l = await openLedger();
  await l.accept("a");
  await l.begin("a");
  await l.begin("a", 1);
  await l.ledger.redis.hset(l.ledger.keys.ledger.attempt("a", 1), "state", "PREPARED");

  await expect(l.gate(ticket("a", 1))).rejects.toThrow("moved on");
});

test("rule 7: the gate stays shut for an order that was cancelled, moved on or has a slot", async () => {
  const l = await openLedger();
  const { redis, keys } = l.ledger;
  for (const reference of ["a", "b", "c"]) {
    await l.accept(reference);
    await l.begin(reference);
  }
  await cancelOrder(l, of("a"), { service: SERVICE, years: 1 });
  await redis.hset(keys.ledger.held("main"), "b", 900);
  await redis.hset(keys.certificate("c"), "state", "OWNED");

  await expect(l.gate(ticket("a"))).rejects.toThrow("VOID");
  await expect(l.gate(ticket("b"))).rejects.toThrow("holds a slot");
  await expect(l.gate(ticket("c"))).rejects.toThrow("moved on");
  expect((await l.maps()).unsettled).toEqual({});
});

test("rules 6 and 7: the gate stays shut when a young spare slot turned up since the purchase was prepared", async () => {
  const l = await openLedger();
  const pool = l.ledger.keys.ledger.pool("main", CLASS);
  await l.accept("a");
  await l.begin("a");
  await l.ledger.redis.zadd(pool, l.time.ms(), 900);

  await expect(l.gate(ticket("a"))).rejects.toThrow("spare slot");

  await l.ledger.redis.zadd(pool, l.time.ms() - 7.1 * 86_400_000, 900);
  await l.gate(ticket("a"));
});

test("rule 7: an open gate notes the ledger's time and the dwell counter, and puts the price into the air", async () => {
  const l = await openLedger();
  await l.time.pass(90_000);
  await l.accept("a");
  await l.begin("a");
  const before = await ledgerNow(l);

  await l.gate(ticket("a"));

  const { gateAt = 0, gateDwell = 0 } = (await findAttempt(l, "a", 1)) ?? {};
  expect(gateAt).toBeGreaterThanOrEqual(before);
  expect(gateAt).toBeLessThanOrEqual(await ledgerNow(l));
  expect(gateDwell).toBeGreaterThanOrEqual(90_000);
  const entry = await l.ledger.redis.hget(l.ledger.keys.ledger.unsettled("main"), "a#1");
  expect(entry).toBe(`${CLASS}|99500|${gateAt}|${gateDwell}|S`);
});

test("rule 7: without a time in hand it is the time of Redis that a gate notes", async () => {
  const l = byRedisTime(await openLedger());
  await l.accept("a");
  await l.begin("a");
  const before = await ledgerNow(l);

  await l.gate(ticket("a"));

  const { gateAt = 0 } = (await findAttempt(l, "a", 1)) ?? {};
  expect(gateAt).toBeGreaterThanOrEqual(before);
  expect(gateAt).toBeLessThanOrEqual(await ledgerNow(l));
});

test("rule 7: behind the journal's line Redis is asked once more, and a gate that it does not know any more is shut", async () => {
  const l = await openLedger();
  await l.accept("a");
  await l.begin("a");
  const meanwhile = betweenGateAndWrite(l, () => markNotSent(l, ticket("a"), "another run of this ticket gave up"));

  await expect(meanwhile.gate(ticket("a"))).rejects.toThrow("no longer has the write");
});

test("rule 7: a gate that another process has won meanwhile is shut for this one", async () => {
  const l = await openLedger();
  await l.accept("a");
  await l.begin("a");
  const attempt = l.ledger.keys.ledger.attempt("a", 1);
  const meanwhile = betweenGateAndWrite(l, () => l.ledger.redis.hset(attempt, "sender", "another process"));

  await expect(meanwhile.gate(ticket("a"))).rejects.toThrow("no longer has the write");
});

test("rule 3: an account that is frozen between the gate and the write buys nothing", async () => {
  const l = await openLedger();
  await l.accept("a");
  await l.begin("a");
  const meanwhile = betweenGateAndWrite(l, () => freeze(l, "main", "somebody else buys here"));

  await expect(meanwhile.gate(ticket("a"))).rejects.toThrow("somebody else buys here");

  expect(await markNotSent(l, ticket("a"), "frozen")).toBe(true);
});
