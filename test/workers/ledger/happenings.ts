// What can happen to three orders, two places in the air and one eNom, in any order: the moves of the model.
import { expect } from "vitest";
import { Refused } from "../../../src/shared/base/errors.ts";
import { abandonAttempt } from "../../../src/workers/ledger/abandon.ts";
import { findAttempt } from "../../../src/workers/ledger/attempt.ts";
import { markNotSent, markRejected, markUnknown, parkAttempt } from "../../../src/workers/ledger/attempt-results.ts";
import type { Evidence } from "../../../src/workers/ledger/claim.ts";
import type { Ticket } from "../../../src/workers/ledger/gate.ts";
import { enterSlot, freeze, settleCovered, thaw } from "../../../src/workers/ledger/maintenance.ts";
import {
  buyAgain,
  cancelOrder,
  endConfiguring,
  refundSeen,
  startConfiguring,
} from "../../../src/workers/ledger/transitions.ts";
import { viewLedger } from "../../../src/workers/ledger/view.ts";
import { CLASS, of, SERVICE, type TestLedger, ticket } from "./ledger.ts";

export const ORDERS = ["a", "b", "c"];
export const SETTLE_MS = 120_000;
export const TIGHT = { maxUnsettled: 2, maxUnsettledMoney: "19.90" };
const BOUGHT = { service: SERVICE, years: 1 };
/** The test's own clock goes on by itself, some milliseconds a step. */
const DRIFT_MS = 5_000;

/** What is known outside the ledger: requests that wait for an answer, slots that eNom sold, and when each gate opened. */
export interface World extends TestLedger {
  air: Ticket[];
  slots: number[];
  written: Map<string, { at: number; watchedMs: number }>;
  watchedMs: number;
  frozen: boolean;
}

type Choice = { order: string; pick: number };
type Happens = (w: World, choice: Choice) => Promise<unknown>;

/** One thing that happens. `pick` chooses among what there is: a request in the air, a slot, an attempt's number. */
export type Happening = Choice & { what: keyof typeof happenings };

/** Each is what some process may do at any moment, also one that is late or does not know what the others did. */
export const happenings = {
  begin: (w, { order, pick }) => recently(w, order, pick).then((number) => w.begin(order, number, TIGHT)),
  async gate(w, { order, pick }) {
    const wanted = ticket(order, Math.max(1, await recently(w, order, pick)), `sender ${pick}`);
    const earlier = (await w.attempts(order)).slice(0, wanted.number - 1);
    const { held } = await w.maps();
    const opened = await w.gate(wanted, TIGHT).then(
      () => true,
      () => false,
    );
    if (!opened) return;
    const name = nameOf(wanted);
    expect(w.written.has(name), "I2: written once").toBe(false);
    expect(w.frozen, "nothing is bought on a frozen account").toBe(false);
    for (const doubt of ["SENDING", "UNKNOWN", "PARKED"])
      expect(earlier, "no doubt lies behind a purchase").not.toContain(doubt);
    expect(held, "nothing is bought for an order that has its slot").not.toHaveProperty(order);
    w.written.set(name, { at: w.time.ms(), watchedMs: w.watchedMs });
    w.air.push(wanted);
    const unsettled = await unsettledNames(w);
    expect(unsettled.length, "I5: count and money in the air").toBeLessThanOrEqual(TIGHT.maxUnsettled);
  },
  async buy(w, choice) {
    await happenings.begin(w, { ...choice, pick: 0 });
    await happenings.gate(w, choice);
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
    if (answered) await markNotSent(w, answered, "the gate opened too long ago");
  },
  async refused(w, { pick }) {
    const answered = take(w, pick);
    if (answered) await markRejected(w, answered, "no", pick % 3 === 0);
  },
  /** A time-out. eNom may have sold a slot; its answer may still come to a process that slept. */
  async lost(w, { pick }) {
    const waiting = w.air[pick % Math.max(1, w.air.length)];
    if (!waiting) return;
    if (pick % 2) sell(w);
    if (pick < 6) take(w, pick);
    await markUnknown(w, of(waiting.intent.reference, waiting.number), { reason: "lost" });
  },
  /** Somebody looks at eNom's list for an order in doubt. */
  async listed(w, choice) {
    const { owner } = await w.maps();
    const certId = w.slots.find((slot) => (owner[slot] ?? "POOL") === "POOL");
    const { reference, number } = await inTheAir(w, choice);
    if (certId) await claimFor(w, ticket(reference, number), certId, { by: "list" });
  },
  async settled(w, choice) {
    const { reference, number } = await inTheAir(w, choice);
    if (await settleCovered(w, of(reference, number))) expectSettled(w, [`${reference}#${number}`]);
  },
  async abandoned(w, { order: any, pick }) {
    const { reference: order, number } = await inTheAir(w, { order: any, pick });
    const [unsettled, view] = [await unsettledNames(w), await viewLedger(w, "main", [])];
    const version = view.version(CLASS) - (pick === 6 ? 1 : 0);
    const proof = { version, rebuyBudget: 1, evidence: { lists: [1, 2] } };
    if ((await abandonAttempt(w, ticket(order, number), proof)) !== "abandoned") return;
    expectSettled(w, unsettled);
    expect(version, "what changed hands is listed again").toBe(view.version(CLASS));
    expect((await findAttempt(w, order, number))?.evidence, "I4: evidence on record").toBe(
      JSON.stringify(proof.evidence),
    );
    expect((await w.get(order)).rebuys).toBeLessThanOrEqual(1);
  },
  async park(w, { order, pick }) {
    const number = await recently(w, order, pick);
    await markUnknown(w, of(order, number), { reason: "the sender is gone" });
    await parkAttempt(w, ticket(order, number), "nothing was found");
  },
  async adopt(w, { order, pick }) {
    const { attempt, state } = await w.get(order);
    const certId = w.slots[pick % Math.max(1, w.slots.length)] ?? sell(w);
    if (state === "PARKED") await claimFor(w, ticket(order, attempt), certId, { by: "person", words: "seen (ops)" });
  },
  async buyAgain(w, { order, pick }) {
    await buyAgain(w, of(order, await recently(w, order, pick)), { id: `decision ${pick}`, reason: "seen (ops)" });
  },
  cancel: (w, { order, pick }) => recently(w, order, pick).then((number) => cancelOrder(w, of(order, number), BOUGHT)),
  async configure(w, { order, pick }) {
    const slot = { reference: order, account: "main", certId: w.slots[pick % Math.max(1, w.slots.length)] ?? 0 };
    if ((await startConfiguring(w, slot, "hash")) === "ok")
      expect((await w.maps()).held[order], "I6: only its own slot").toBe(`${slot.certId}`);
    if (pick % 2) await endConfiguring(w, slot);
  },
  async refund(w, { order, pick }) {
    const { certId } = await w.get(order);
    await refundSeen(w, { reference: order, account: "main", certId: certId ?? w.slots[pick % 2] ?? 0, ...BOUGHT });
  },
  /** The count finds a slot that nobody is looking for. */
  async surplus(w, { pick }) {
    const { owner, unsettled } = await w.maps();
    const unmapped = w.slots.filter((slot) => !(slot in owner));
    const certId = unmapped[pick % Math.max(1, unmapped.length)];
    if (!certId || Object.values(unsettled).some((flag) => flag !== "C")) return;
    await enterSlot(w, { account: "main", certId, slotClass: CLASS, boughtAt: w.time.ms() }, "POOL");
  },
  async timePasses(w, { pick }) {
    const ms = (SETTLE_MS / 4) * (1 + (pick % 5));
    await w.time.pass(ms);
    w.watchedMs += ms;
  },
  /** Redis' clock is set, and nobody watched. */
  async clockJumps(w, { pick }) {
    w.time.jump((pick % 2 ? 1 : -1) * 3_600_000);
  },
  async freezes(w) {
    await freeze(w, "main", "somebody else buys here");
    w.frozen = true;
  },
  async thaws(w) {
    await thaw(w, "main", "it was a colleague (ops)");
    w.frozen = false;
  },
} satisfies Record<string, Happens>;

/** A frozen account refuses; nothing else does. */
export async function happen(w: World, { what, ...choice }: Happening): Promise<void> {
  try {
    await happenings[what](w, choice);
  } catch (error) {
    if (!w.frozen || !(error instanceof Refused)) throw error;
  }
}

/** The number of the newest attempt, or of the one before it, as a process that is late still believes. */
async function recently(w: World, order: string, pick: number): Promise<number> {
  const { attempt } = await w.get(order);
  return Math.max(0, attempt - (pick === 7 ? 1 : 0));
}

/** Some attempt in the air; sometimes, and where there is none, the newest of any order. */
async function inTheAir(w: World, { order, pick }: Choice): Promise<{ reference: string; number: number }> {
  const names = Object.keys((await w.maps()).unsettled);
  const [reference = order, number] = (pick < 7 ? (names[pick % Math.max(1, names.length)] ?? "") : "").split("#");
  if (number !== undefined) return { reference, number: Number(number) };
  return { reference: order, number: await recently(w, order, pick) };
}

/** Attempts in the air but those that were served and are settled, by the ledger's own word. */
async function unsettledNames(w: World): Promise<string[]> {
  const { inFlight, now, dwell } = await viewLedger(w, "main", []);
  return inFlight
    .filter(({ flag, ...at }) => flag !== "C" || now - at.gateAt < SETTLE_MS || dwell - at.gateDwell < SETTLE_MS)
    .map(({ reference, number }) => `${reference}#${number}`);
}

/** Rule 9, by what this model saw of both clocks. */
function expectSettled(w: World, names: readonly string[]): void {
  for (const name of names) {
    const gate = w.written.get(name);
    expect(w.time.ms() - (gate?.at ?? 0), "settled by Redis' time").toBeGreaterThanOrEqual(SETTLE_MS);
    expect(w.watchedMs - (gate?.watchedMs ?? 0) + DRIFT_MS, "settled by watched time").toBeGreaterThanOrEqual(
      SETTLE_MS,
    );
  }
}

function nameOf({ intent: { reference }, number }: Ticket): string {
  return `${reference}#${number}`;
}

function take(w: World, pick: number): Ticket | undefined {
  return w.air.splice(pick % Math.max(1, w.air.length), 1)[0];
}

function sell(w: World): number {
  const certId = 900 + w.slots.length;
  w.slots.push(certId);
  return certId;
}

function claimFor(w: World, { intent: { reference }, number }: Ticket, certId: number, evidence?: Evidence) {
  return w.claim({ reference, number, certId }, evidence);
}
