// Three orders, two places in the air, and everything that can happen to them in any order: the invariants hold behind every step.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { LedgerState } from "../../../src/shared/certificate.ts";
import { notSent, park, rejected, unknown } from "../../../src/workers/ledger/answers.ts";
import { type AttemptState, findAttempt } from "../../../src/workers/ledger/attempt.ts";
import type { Ticket } from "../../../src/workers/ledger/gate.ts";
import {
  buyAgain,
  cancelOrder,
  endConfiguring,
  refundSeen,
  refuseOrder,
  startConfiguring,
} from "../../../src/workers/ledger/moves.ts";
import { connectForTest, intent, type Ledger, openLedger, ticket } from "./ledger.ts";

const ORDERS = ["a", "b", "c"];
const TIGHT = { maxUnsettled: 2, maxUnsettledMoney: "19.90" };
const main = { account: "main", service: intent("a").service, years: 1 };

/** One thing that happens. `pick` chooses among what there is: a request in the air, a slot, an attempt's number. */
type Step = { what: keyof typeof happenings; order: string; pick: number };

/** What the world outside the ledger knows: which requests were written and not answered yet, and which slots eNom sold. */
interface World extends Ledger {
  air: Ticket[];
  slots: number[];
  written: Map<string, number>;
}

/** Each is what some process may do at any moment, also one that is late or does not know what the others did. */
const happenings = {
  begin: (w, { order, pick }) => recently(w, order, pick).then((number) => w.begin(order, number, TIGHT)),
  async gate(w, { order, pick }) {
    const wanted = ticket(order, Math.max(1, await recently(w, order, pick)), `sender ${pick}`);
    const earlier = await attemptsOf(w, order, wanted.number - 1);
    const opened = await w.gate(wanted, TIGHT).then(
      () => true,
      () => false,
    );
    if (!opened) return;
    w.air.push(wanted);
    const name = `${order}#${wanted.number}`;
    w.written.set(name, (w.written.get(name) ?? 0) + 1);
    expect(w.written.get(name), "I2: written once").toBe(1);
    expect(earlier, "nothing undecided lies behind a purchase").not.toContain("SENDING");
    expect(earlier).not.toContain("UNKNOWN");
    expect(earlier).not.toContain("PARKED");
    expect((await w.maps()).held, "nothing is bought for an order that has its slot").not.toHaveProperty(order);
  },
  async bought(w, { pick }) {
    const answered = take(w, pick);
    if (answered) await claimFor(w, answered, sell(w));
  },
  /** eNom names a slot that it named before. */
  async misnamed(w, { pick }) {
    const certId = w.slots[pick % Math.max(1, w.slots.length)];
    const answered = certId === undefined ? undefined : take(w, pick);
    if (answered && certId !== undefined) await claimFor(w, answered, certId);
  },
  async notSent(w, { pick }) {
    const answered = take(w, pick);
    if (answered) await notSent(w, answered, "the gate opened too long ago");
  },
  async refused(w, { pick }) {
    const answered = take(w, pick);
    if (answered) await rejected(w, answered, "no", pick % 3 === 0);
  },
  async lost(w, { pick }) {
    const answered = take(w, pick);
    if (answered)
      await unknown(w, { reference: answered.intent.reference, number: answered.number }, { reason: "lost" });
  },
  async park(w, { order, pick }) {
    const number = await recently(w, order, pick);
    await unknown(w, { reference: order, number }, { reason: "the sender is gone" });
    await park(w, ticket(order, number));
  },
  async adopt(w, { order, pick }) {
    const { attempt, state } = await w.get(order);
    const certId = w.slots[pick % Math.max(1, w.slots.length)] ?? sell(w);
    if (state === "PARKED") await w.claim({ reference: order, number: attempt, certId }, ["PARKED"]);
  },
  async buyAgain(w, { order, pick }) {
    const number = await recently(w, order, pick);
    await buyAgain(w, { reference: order, account: "main", number }, { id: `decision ${pick}`, reason: "seen" });
  },
  cancel: (w, { order, pick }) => recently(w, order, pick).then((number) => cancelOrder(w, order, number)),
  async refuse(w, { order, pick }) {
    await refuseOrder(w, { reference: order, account: "main", number: await recently(w, order, pick) });
  },
  async configure(w, { order, pick }) {
    const certId = w.slots[pick % Math.max(1, w.slots.length)] ?? 0;
    const slot = { reference: order, account: "main", certId };
    if ((await startConfiguring(w, slot, "hash")) === "ok")
      expect((await w.maps()).held[order], "I6: only its own slot").toBe(`${certId}`);
    if (pick % 2) await endConfiguring(w, slot);
  },
  async refund(w, { order, pick }) {
    const { certId } = await w.get(order);
    await refundSeen(w, { reference: order, certId: certId ?? w.slots[pick % 2] ?? 0, ...main });
  },
} satisfies Record<string, (w: World, step: { order: string; pick: number }) => Promise<unknown>>;

/** Most of what happens is the usual; each of the rest is rare. */
const steps = fc.array(
  fc.record({
    what: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom("begin", "gate") },
      { weight: 2, arbitrary: fc.constantFrom("bought", "lost", "park", "buyAgain") },
      {
        weight: 1,
        arbitrary: fc.constantFrom<keyof typeof happenings>(...(Object.keys(happenings) as Step["what"][])),
      },
    ) as fc.Arbitrary<Step["what"]>,
    order: fc.constantFrom(...ORDERS),
    pick: fc.nat(7),
  }),
  { minLength: 20, maxLength: 40, size: "max" },
);

test("whatever happens to three orders in whatever order, no slot has two owners, no order buys behind a doubt, and the books of what is in the air are right", async () => {
  const redis = connectForTest();
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const w: World = { ...openLedger(redis), air: [], slots: [], written: new Map() };
      for (const order of ORDERS) await w.accept(order);
      for (const step of all) {
        await happenings[step.what](w, step);
        await checkInvariants(w);
      }
    }),
    { numRuns: 100 },
  );
}, 30_000);

async function checkInvariants(w: World): Promise<void> {
  const { owner, held, unsettled, parked } = await w.maps();
  const owned = Object.entries(owner).filter(([, of]) => ORDERS.includes(of));
  expect(Object.fromEntries(owned.map(([slot, of]) => [of, slot])), "I1: owner and held are inverse").toEqual(held);
  expect(owned, "I1: one slot an order").toHaveLength(Object.keys(held).length);
  const inAir: string[] = [];
  const waiting: string[] = [];
  for (const order of ORDERS) {
    const { state, attempt } = await w.get(order);
    const attempts = await attemptsOf(w, order, attempt);
    const open = attempts.filter((each) => each === "PREPARED" || each === "SENDING" || each === "UNKNOWN");
    expect(open.length, "I3: one open attempt an order").toBeLessThanOrEqual(1);
    attempts.forEach((each, i) => {
      if (each === "SENDING" || each === "UNKNOWN") inAir.push(`${order}#${i + 1}`);
      if (each === "PARKED") waiting.push(`${order}#${i + 1}`);
    });
    checkState(state, { newest: attempts.at(-1), holds: order in held });
  }
  expect(Object.keys(unsettled).sort(), "what is in the air, and only that, is counted").toEqual(inAir.sort());
  expect(Object.keys(parked).sort(), "a parked purchase keeps its exposure").toEqual(waiting.sort());
  expect(inAir.length, "I5: count and money in the air").toBeLessThanOrEqual(TIGHT.maxUnsettled);
}

/** Every order can go on, or waits for a decision that the ledger will take, or is over with nothing in the air. */
function checkState(state: LedgerState, { newest, holds }: { newest: AttemptState | undefined; holds: boolean }): void {
  const inDoubt = newest === "SENDING" || newest === "UNKNOWN";
  if (state === "OWNED" || state === "CONFIGURING" || state === "CONFIGURED") expect(holds).toBe(true);
  if (state === "APPROVED" || state === "BUYING") expect(newest).not.toBe("PARKED");
  if (state === "PARKED") expect(newest === "PARKED" || !holds).toBe(true);
  if (state !== "BUYING") expect(inDoubt, `nothing is in the air for an order that is ${state}`).toBe(false);
}

/** The number of the newest attempt, or of the one before it, as a process that is late still believes. */
async function recently(w: World, order: string, pick: number): Promise<number> {
  const { attempt } = await w.get(order);
  return Math.max(0, attempt - (pick === 7 ? 1 : 0));
}

async function attemptsOf(w: World, order: string, newest: number): Promise<(AttemptState | undefined)[]> {
  const numbers = Array.from({ length: newest }, (_, i) => i + 1);
  const found = await Promise.all(numbers.map((number) => findAttempt(w, order, number)));
  return found.map((each) => each?.state);
}

function take(w: World, pick: number): Ticket | undefined {
  return w.air.splice(pick % Math.max(1, w.air.length), 1)[0];
}

function sell(w: World): number {
  const certId = 900 + w.slots.length;
  w.slots.push(certId);
  return certId;
}

function claimFor(w: World, { intent: { reference }, number }: Ticket, certId: number): Promise<unknown> {
  return w.claim({ reference, number, certId });
}
