// What a person does with a ledger: looks at it, rebuilds it, thaws it, switches purchases, watches over spare slots.
import { expect, test } from "vitest";
import { utcDate } from "../../../src/shared/base/dates.ts";
import { audit } from "../../../src/workers/audit/audit.ts";
import { rebuild, show, spares, status, thaw, purchases as turn } from "../../../src/workers/commands/ledger.ts";
import { enterSlot } from "../../../src/workers/ledger/maintenance.ts";
import { advanceOrder } from "../../../src/workers/open/workflow.ts";
import { orderNeeds } from "../../support/needs.ts";
import { type World, world } from "../../support/world.ts";
import { drive, get, leftSending, parked, RAPIDSSL, RAPIDSSL_YEAR, withCode } from "../open/runs.ts";
import { asked, loseLedger, mainAccount, prove } from "./said.ts";

const DAY_MS = 86_400_000;
const bought = ({ certId }: { certId: number | null }): boolean => certId !== null;

async function standing(w: World) {
  const [main] = await status(asked(w), "main");
  return main;
}

test("the status tells what is in the air, what is parked, and that Redis and the journal are at the same step", async () => {
  const w = await world();
  const unused = await standing(w);
  await parked(w, "lose-request");
  await leftSending(w);

  const used = await standing(w);

  expect(unused).toMatchObject({ state: "unused", ledger: null, journal: null, inFlight: 0 });
  expect(used).toMatchObject({ state: "well", reason: null, inFlight: 1, parked: 1, abandoned: 0, stopped: null });
  expect(used?.ledger).toEqual(used?.journal);
  expect(await status(asked(w), "other")).toEqual([]);
});

test("a ledger that Redis lost is told, rebuilt from the journal by a person, and proven without a mismatch", async () => {
  const w = await world();
  const kept = await w.accept({});
  const gone = await w.accept({});
  for (const reference of [kept, gone]) await drive(w, reference, bought);
  await loseLedger(w);
  await w.redis.del(w.keys.certificate(gone));
  const lost = await standing(w);

  const answer = await rebuild(asked(w), { account: "main", reason: "the disk died" });

  expect(lost).toMatchObject({ state: "lost", ledger: null });
  expect(answer).toMatchObject({ state: "rebuilt", missing: 0, ordersToSendAgain: [gone] });
  expect(await standing(w)).toMatchObject({ state: "well", rebuilt: "the disk died (ada)", ledger: { epoch: 2 } });
  expect(await prove(w)).toMatchObject({ unmatched: [], purchases: [{}, {}] });
  expect(await show(asked(w), gone)).toMatchObject({ isTextLost: true, attempts: [{ state: "OWNED" }] });
});

test("a ledger that went back in time is behind its journal: no thaw mends it, a rebuild does", async () => {
  const w = await world();
  const reference = await w.accept({});
  await drive(w, reference, bought);
  await w.redis.hset(w.keys.ledger.meta("main"), { seq: 1, run: "before the restart" });
  const before = await standing(w);

  const thawed = await thaw(asked(w), { account: "main", reason: "hope", foreign: [] });
  const rebuilt = await rebuild(asked(w), { account: "main", reason: "an old backup" });

  expect(before).toMatchObject({ state: "behind", ledger: { seq: 1 } });
  expect(thawed).toEqual({ state: "behind" });
  expect(rebuilt).toMatchObject({ state: "rebuilt" });
  expect(await standing(w)).toMatchObject({ state: "well" });
});

test("nothing is rebuilt from a journal that has nothing, from another one, or where nothing is missing", async () => {
  const w = await world();
  const unused = await rebuild(asked(w), { account: "main", reason: "why not" });
  await drive(w, await w.accept({}), bought);
  const whole = await rebuild(asked(w), { account: "main", reason: "why not" });
  const elsewhere = { ...asked(w), env: { ...w.env, CERTFLEET_JOURNAL: `${w.env.CERTFLEET_JOURNAL}-other` } };

  const other = await rebuild(elsewhere, { account: "main", reason: "why not" });

  expect([unused, whole, other]).toEqual([{ state: "no-journal" }, { state: "whole" }, { state: "other-journal" }]);
  expect(await thaw(elsewhere, { account: "main", reason: "hope", foreign: [] })).toEqual({ state: "other-journal" });
  expect(await status(elsewhere, "main")).toMatchObject([{ state: "other-journal" }]);
  expect(await standing(w)).toMatchObject({ state: "well", rebuilt: null });
});

/** An account that was frozen since somebody else bought on it. */
async function frozen(w: World): Promise<{ certId: number }> {
  const needs = orderNeeds(w);
  await drive(w, await w.accept({}), bought, needs);
  const slot = w.enom.colleague.buys(RAPIDSSL, 1);
  await audit(mainAccount(needs), needs);
  return slot;
}

test("an account that was frozen for a stranger's slot buys again when a person says whose it is, and the count agrees", async () => {
  const w = await world();
  const { certId } = await frozen(w);
  const before = await standing(w);
  const second = w.enom.colleague.buys(RAPIDSSL, 1);

  const one = await thaw(asked(w), { account: "main", reason: "Bob's", foreign: [certId] });
  const both = await thaw(asked(w), { account: "main", reason: "Bob's, too", foreign: [second.certId] });

  expect(before).toMatchObject({ state: "frozen", reason: expect.stringContaining(`CertID ${certId}`) });
  expect(one).toMatchObject({ state: "still-frozen", why: expect.stringContaining(`CertID ${second.certId}`) });
  expect(both).toMatchObject({
    state: "thawed",
    foreign: [second.certId],
    was: expect.stringContaining(`CertID ${certId}`),
  });
  expect(await standing(w)).toMatchObject({ state: "well", thawed: "Bob's, too (ada)" });
  expect((await prove(w)).purchases.map(({ belongs }) => belongs.to)).toEqual(["order", "foreign", "foreign"]);
  await drive(w, await w.accept({}), bought);
});

test("only what eNom lists and nobody has can be called foreign; else nothing is changed", async () => {
  const w = await world();
  const { certId } = await frozen(w);
  const [own] = (await prove(w)).purchases;

  const answer = await thaw(asked(w), { account: "main", reason: "mine", foreign: [certId, own?.certId ?? 0, 4711] });

  expect(answer).toEqual({ state: "not-foreign", certIds: [own?.certId, 4711] });
  expect(await standing(w)).toMatchObject({ state: "frozen" });
  expect((await prove(w)).unmatched).toMatchObject([{ certId }]);
});

test("there is nothing to thaw on an account that is not frozen, and on one that does not exist", async () => {
  const w = await world();
  await drive(w, await w.accept({}), bought);

  expect(await thaw(asked(w), { account: "main", reason: "why not", foreign: [] })).toEqual({ state: "not-frozen" });
  expect(await thaw(asked(w), { account: "other", reason: "why not", foreign: [] })).toEqual({ state: "no-account" });
});

test("purchases that a person switched off wait, with who and why in the status, and go on when switched on", async () => {
  const w = await world();
  await drive(w, await w.accept({}), bought);
  const off = await turn(asked(w), { to: "off", reason: "stocktaking" });
  const waiting = await w.accept({});
  const needs = orderNeeds(w);
  await advanceOrder(waiting, needs);
  const stopped = await get(w, waiting, withCode("purchases-stopped"));
  const told = await standing(w);

  await turn(asked(w), { to: "on", account: "main", reason: "done" });

  expect(off).toEqual([{ account: "main", state: "switched", message: "", isOffInFile: false }]);
  expect(told?.stopped).toBe("stocktaking (ada)");
  expect(stopped.certId).toBeNull();
  await drive(w, waiting, bought, needs);
});

test("an account that never bought has no switch yet, and says so", async () => {
  const w = await world();

  expect(await turn(asked(w), { to: "off", reason: "caution" })).toMatchObject([
    { account: "main", state: "refused", message: expect.stringContaining("purchases: false") },
  ]);
});

test("spare slots are told with the last day for a refund, the most urgent first, and whether an order may still take them", async () => {
  const now = new Date();
  let today = now;
  const w = await world({ clock: { now: () => today }, variants: { pacificTime: false } });
  const needs = orderNeeds(w);
  await drive(w, await w.accept({}), bought, needs);
  const putAside = async (daysAgo: number): Promise<number> => {
    today = new Date(now.getTime() - daysAgo * DAY_MS);
    const { certId } = w.enom.colleague.buys(RAPIDSSL, 1);
    await enterSlot(needs, { account: "main", certId, slotClass: RAPIDSSL_YEAR, boughtAt: today.getTime() }, "POOL");
    return certId;
  };
  const young = await putAside(2);
  const old = await putAside(29);
  const late = await putAside(31);
  today = now;

  const found = await spares(asked(w), "main");
  w.enom.settings.losses = { rate: 1 };
  const unasked = await spares(asked(w), undefined);

  const kind = { product: "RapidSSL", years: 1 };
  expect(found).toMatchObject({
    unasked: [],
    spares: [
      { ...kind, certId: late, isYoung: false, daysLeft: -1 },
      { ...kind, certId: old, isYoung: false, daysLeft: 1, refundUntil: utcDate(new Date(now.getTime() + DAY_MS)) },
      { ...kind, certId: young, isYoung: true, daysLeft: 28 },
    ],
  });
  expect(unasked).toMatchObject({ spares: found?.spares, unasked: [{ account: "main" }] });
  expect(await spares(asked(w), "other")).toBeUndefined();
});

test("an order's money story has its attempts, the ledger's steps for it, and what was found when a person was asked", async () => {
  const w = await world();
  const reference = await parked(w, "lose-request");

  const story = await show(asked(w), reference);

  expect(story).toMatchObject({ reference, account: "main", state: "PARKED", certId: null, isTextLost: false });
  expect(story?.attempts).toMatchObject([{ number: 1, state: "PARKED", price: "9.95", balance: "5000.00" }]);
  expect(story?.journal.map(({ step }) => step)).toEqual(["begin", "gate", "unknown", "park"]);
  expect(story?.doubt).toMatchObject({ attempt: 1, candidates: [], missing: [] });
  expect(await show(asked(w), "none")).toBeUndefined();
});
