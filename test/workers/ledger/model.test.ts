// Three orders, two places in the air, two clocks, and everything that can happen to them in any order: the invariants hold behind every step.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { LedgerState } from "../../../src/shared/certificate/certificate.ts";
import { BEFORE_ALL, readEvents } from "../../../src/shared/events/read.ts";
import { keysUnder } from "../../../src/shared/redis/keys.ts";
import { faultsOfLedger } from "../../../src/workers/audit/invariants.ts";
import type { AttemptState } from "../../../src/workers/ledger/attempt.ts";
import { newFolder, newPrefix, opened } from "../journal/support.ts";
import { type Happening, happen, happenings, ORDERS, SETTLE_MS, type World } from "./happenings.ts";
import { connectForTest, facts, forgotten, openLedger, rebuilt } from "./ledger.ts";

const what = (...some: Happening["what"][]) => fc.constantFrom(...some);

/** Most of what happens is the usual; each of the rest is rare. */
const story = fc.array(
  fc.record({
    what: fc.oneof(
      { weight: 5, arbitrary: what("buy") },
      { weight: 6, arbitrary: what("lost", "listed", "timePasses") },
      { weight: 5, arbitrary: what("begin", "gate", "bought", "park", "buyAgain", "abandoned", "settled", "thaws") },
      { weight: 3, arbitrary: what(...(Object.keys(happenings) as Happening["what"][])) },
    ),
    order: fc.constantFrom(...ORDERS),
    pick: fc.nat(7),
  }),
  { maxLength: 60, size: "max" },
);

test("whatever happens to three orders in whatever order, no slot has two owners, no order buys behind a doubt, the books of what is in the air are right, and the journal alone brings all of it back", async () => {
  const redis = connectForTest();
  const folder = await newFolder();
  const told = fc.asyncProperty(story, async (all) => {
    const prefix = newPrefix();
    const journal = await opened(folder, prefix);
    const l = await openLedger({ redis, keys: keysUnder(prefix), journal, settleMs: SETTLE_MS });
    const w: World = { ...l, air: [], slots: [], written: new Map(), watchedMs: 0, frozen: false };
    for (const order of ORDERS) await w.accept(order);
    for (const happening of all) {
      await happen(w, happening);
      await checkInvariants(w);
    }
    await checkTold(w);
    await checkJournal(w);
  });

  // Side by side, since most of the time is spent on the way to Redis and back.
  const seed = Number(process.env.LEDGER_SEED ?? 20_261_122);
  await Promise.all([0, 1, 2, 3, 4].map((part) => fc.assert(told, { numRuns: 20, seed: seed + part })));
}, 120_000);

async function checkInvariants(w: World): Promise<void> {
  const [{ owner, held, unsettled, parked, abandoned }, pool, faults, orders] = await Promise.all([
    w.maps(),
    w.pool(),
    faultsOfLedger(w, "main"),
    Promise.all(
      ORDERS.map(async (order) => {
        const attempts = await w.attempts(order);
        const keys = attempts.map((_, i) => w.ledger.keys.ledger.attempt(order, i + 1));
        const slots = await Promise.all(keys.map((key) => w.ledger.redis.hget(key, "certId")));
        return { order, state: (await w.get(order)).state, attempts, slots };
      }),
    ),
  ]);
  expect(faults).toEqual([]);
  const owned = Object.entries(owner).filter(([, of]) => ORDERS.includes(of));
  expect(Object.fromEntries(owned.map(([slot, of]) => [of, slot])), "I1: owner and held are inverse").toEqual(held);
  expect(owned, "I1: one slot an order").toHaveLength(Object.keys(held).length);
  const spare = Object.keys(owner).filter((slot) => owner[slot] === "POOL");
  expect(pool.sort(), "a spare slot is in the pool").toEqual(spare.sort());
  const inFlight: [string, string][] = [];
  const waiting: string[] = [];
  for (const { order, state, attempts, slots } of orders) {
    const open = attempts.filter((each) => each === "PREPARED" || each === "SENDING" || each === "UNKNOWN");
    expect(open.length, "I3: one open attempt an order").toBeLessThanOrEqual(1);
    attempts.forEach((each, i) => {
      if (each === "SENDING" || each === "UNKNOWN" || each === "COVERED")
        inFlight.push([`${order}#${i + 1}`, each.slice(0, 1)]);
      // Of an order that was given up a late slot ends the exposure: it is spare, and nothing is unexplained.
      const isExplained = state === "CANCELLED" && slots[i] !== null;
      if (each === "PARKED" && !isExplained) waiting.push(`${order}#${i + 1}`);
    });
    checkState(state, { newest: attempts.at(-1), holds: order in held });
  }
  expect(unsettled, "what is in the air, and only that, is counted").toEqual(Object.fromEntries(inFlight));
  const exposed = [...Object.keys(parked), ...Object.keys(abandoned)];
  expect(exposed, "a parked purchase keeps its exposure").toEqual(expect.arrayContaining(waiting));
  expect(new Set(exposed).size, "and only once").toBe(exposed.length);
}

/** Every order can go on, or waits for a decision that the ledger will take, or is over with nothing in doubt. */
function checkState(state: LedgerState, { newest, holds }: { newest: AttemptState | undefined; holds: boolean }): void {
  const inDoubt = newest === "SENDING" || newest === "UNKNOWN";
  if (state === "OWNED" || state === "CONFIGURING" || state === "CONFIGURED") expect(holds).toBe(true);
  if (state === "APPROVED" || state === "BUYING") expect(newest).not.toBe("PARKED");
  if (state === "PARKED") expect(newest === "PARKED" || !holds).toBe(true);
  if (state !== "BUYING") expect(inDoubt, `nothing is in doubt for an order that is ${state}`).toBe(false);
}

/** Who listens hears of each purchase, once, in the order in which they were made. */
async function checkTold(w: World): Promise<void> {
  const { redis, keys } = w.ledger;
  const { events } = await readEvents(redis, keys, BEFORE_ALL, 10_000);
  for (const order of ORDERS) {
    const told = events.filter(({ type, data }) => type === "certificate.purchased" && data.reference === order);
    const { purchases } = await w.get(order);
    expect(told.map(({ data }) => data.certId)).toEqual(purchases.map(({ certId }) => certId));
  }
}

/** I8 and I9: every step is a line, seq grows by one a line, and the lines alone are the whole ledger. */
async function checkJournal(w: World): Promise<void> {
  const lines = await w.lines();
  const seq = Number(await w.ledger.redis.hget(w.ledger.keys.ledger.meta("main"), "seq"));
  expect(lines.map((line) => line.seq)).toEqual(Array.from({ length: seq }, (_, i) => i + 1));
  const known = await facts(w, ORDERS);
  const ofBefore = known.orders.filter(({ order: [state, attempt] }) => state === "CANCELLED" && attempt === "0");
  const untouched = ofBefore.map(({ reference }) => reference);
  await forgotten(w);
  await rebuilt(w);
  for (const order of ORDERS) await w.accept(order);
  const withAttempts = ({ orders, ...maps }: typeof known) => ({
    ...maps,
    orders: orders.filter(({ reference }) => !untouched.includes(reference)),
  });
  expect(withAttempts(await facts(w, ORDERS))).toEqual(withAttempts(known));
}
