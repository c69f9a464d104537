// Whose slot it is, rule 12 of purchase safety: two-way and atomic, whoever claims, on whatever evidence, however late.
import { expect, test } from "vitest";
import { BEFORE_ALL, readEvents } from "../../../src/shared/events/read.ts";
import { findAttempt } from "../../../src/workers/ledger/attempt.ts";
import { markUnknown } from "../../../src/workers/ledger/attempt-results.ts";
import { bind } from "../../../src/workers/ledger/bind.ts";
import { findHeldSlot } from "../../../src/workers/ledger/claim.ts";
import { enterSlot } from "../../../src/workers/ledger/maintenance.ts";
import { refundSeen } from "../../../src/workers/ledger/transitions.ts";
import {
  CLASS,
  EMPTY,
  inDoubt,
  LOGIN,
  of,
  openLedger,
  openUnbound,
  owning,
  parked,
  SERVICE,
  sending,
  type TestLedger,
} from "./ledger.ts";

const LIST = { by: "list" } as const;
const PERSON = { by: "person", words: "seen at eNom (ops)" } as const;
const BOUGHT = { service: SERVICE, years: 1 };

/** A slot that eNom lists and no map has. */
const found = (certId: number) => ({ account: "main", certId, slotClass: CLASS, boughtAt: Date.now() });

const version = async ({ ledger: { redis, keys } }: TestLedger): Promise<number> =>
  Number(await redis.hget(keys.ledger.version("main"), CLASS));

test("rule 12: a slot belongs to one order and an order to one slot, whoever claims and how often", async () => {
  const l = await openLedger();
  await sending(l, "a");
  await sending(l, "b");

  const claims = [1, 2, 3].map(() => l.claim({ reference: "a", certId: 900 }));

  expect(await Promise.all(claims)).toEqual([{ kind: "ok" }, { kind: "ok" }, { kind: "ok" }]);
  expect(await l.claim({ reference: "b", certId: 900 })).toEqual({ kind: "taken", by: "a" });
  expect(await l.claim({ reference: "b", certId: 900 }, LIST)).toEqual({ kind: "taken", by: "a" });
  expect(await l.maps()).toEqual({ ...EMPTY, owner: { 900: "a" }, held: { a: "900" }, unsettled: { "b#1": "S" } });
  expect(await l.get("a")).toMatchObject({ state: "OWNED", certId: 900, purchases: [{ certId: 900, orderId: 1900 }] });
  expect(await findAttempt(l, "a", 1)).toMatchObject({ state: "OWNED", certId: 900, orderId: 1900 });
  const { events } = await readEvents(l.ledger.redis, l.ledger.keys, BEFORE_ALL, 100);
  const told = events.filter(({ type }) => type === "certificate.purchased").map(({ data }) => data);
  expect(told, "three claims are one purchase").toMatchObject([{ reference: "a", certId: 900, account: "main" }]);
  expect(await findHeldSlot(l, of("a"))).toBe(900);
  expect(await findHeldSlot(l, of("b"))).toBeUndefined();
});

test("rule 12: a slot bought for an order that holds another becomes a spare one, and leaves nothing in the air", async () => {
  const l = await openLedger();
  await sending(l);
  await l.claim({ reference: "a", certId: 900 }, LIST);

  const claims = [1, 2].map(() => l.claim({ reference: "a", certId: 901 }));

  expect(await Promise.all(claims)).toEqual([1, 2].map(() => ({ kind: "holds-another", certId: 900 })));
  expect(await l.maps()).toEqual({ ...EMPTY, owner: { 900: "a", 901: "POOL" }, held: { a: "900" } });
  expect([await l.pool(), await version(l)]).toEqual([["901"], 2]);
});

test("rule 12: another order's slot stays its own, and leaves nothing in the air for an order that holds one", async () => {
  const l = await openLedger();
  await owning(l, "b", 901);
  await sending(l, "a");
  await l.claim({ reference: "a", certId: 900 }, LIST);

  expect(await l.claim({ reference: "a", certId: 901 })).toEqual({ kind: "holds-another", certId: 900 });

  expect(await l.maps()).toEqual({ ...EMPTY, owner: { 900: "a", 901: "b" }, held: { a: "900", b: "901" } });
  expect(await l.pool()).toEqual([]);
});

test("rule 12: a slot seen in the list is not given to an order that holds one", async () => {
  const l = await openLedger();
  await owning(l);

  expect(await l.claim({ reference: "a", certId: 901 }, LIST)).toEqual({ kind: "wrong-state", state: "OWNED" });

  expect((await l.maps()).owner).toEqual({ 900: "a" });
});

test("rule 12: every change of an owner raises the version of its class, and nothing else does", async () => {
  const l = await openLedger();
  await sending(l);
  const seen = [await version(l)];
  const then = async (happens: Promise<unknown>): Promise<void> => {
    await happens;
    seen.push(await version(l));
  };

  await then(l.claim({ reference: "a", certId: 900 }));
  await then(l.claim({ reference: "a", certId: 900 }));
  await then(refundSeen(l, { reference: "a", account: "main", certId: 900, ...BOUGHT }));
  await then(enterSlot(l, found(901), "POOL"));

  expect(seen).toEqual([0, 1, 1, 2, 3]);
});

test("rule 12: a spare slot may be claimed and is none any more; another order's, a refunded or a foreign one may not", async () => {
  const l = await openLedger();
  await inDoubt(l);
  const enter = (certId: number, as: "POOL" | "REFUNDED" | "FOREIGN") => enterSlot(l, found(certId), as);
  await Promise.all([enter(900, "POOL"), enter(901, "REFUNDED"), enter(902, "FOREIGN")]);

  expect(await l.claim({ reference: "a", certId: 901 })).toEqual({ kind: "taken", by: "REFUNDED" });
  expect(await l.claim({ reference: "a", certId: 902 }, LIST)).toEqual({ kind: "taken", by: "FOREIGN" });
  expect(await l.claim({ reference: "a", certId: 900 }, LIST)).toEqual({ kind: "ok" });
  expect([await l.pool(), (await l.maps()).owner[900]]).toEqual([[], "a"]);
});

test("a purchase that was only prepared, or that eNom refused, is given no slot", async () => {
  const l = await openLedger();
  await l.accept("a");
  await l.begin("a");

  expect(await l.claim({ reference: "a", certId: 900 })).toEqual({ kind: "wrong-state", state: "PREPARED" });
  expect(await l.claim({ reference: "a", number: 0, certId: 900 }, LIST)).toEqual({
    kind: "wrong-state",
    state: "none",
  });

  expect((await l.maps()).owner).toEqual({});
});

test("rule 16: a parked purchase adopts a free slot by a person's words, which ends its exposure and are kept", async () => {
  const l = await openLedger();
  await parked(l);
  expect(await l.claim({ reference: "a", certId: 900 }, LIST)).toEqual({ kind: "wrong-state", state: "PARKED" });

  expect(await l.claim({ reference: "a", certId: 900 }, PERSON)).toEqual({ kind: "ok" });

  expect(await l.maps()).toEqual({ ...EMPTY, owner: { 900: "a" }, held: { a: "900" } });
  expect(await l.get("a")).toMatchObject({ state: "OWNED", certId: 900 });
  expect(await findAttempt(l, "a", 1)).toMatchObject({ state: "OWNED", evidence: "seen at eNom (ops)" });
});

test("rule 16: a person decides on parked purchases alone, and gives away no slot of another order", async () => {
  const l = await openLedger();
  await owning(l, "b", 901);
  await inDoubt(l);
  expect(await l.claim({ reference: "a", certId: 900 }, PERSON)).toEqual({ kind: "wrong-state", state: "UNKNOWN" });
  await parked(l, "c");

  expect(await l.claim({ reference: "c", certId: 901 }, PERSON)).toEqual({ kind: "taken", by: "b" });
  expect((await l.maps()).held).toEqual({ b: "901" });
});

test("slots from before the fleet, and foreign ones, are given to an order by a person and never by a machine", async () => {
  const l = await openUnbound();
  await bind(l, LOGIN, { legacy: [900], refunded: [902] });
  await enterSlot(l, found(901), "FOREIGN");
  await inDoubt(l, "a");
  await parked(l, "b");
  await parked(l, "c");

  expect(await l.claim({ reference: "a", certId: 900 }, LIST)).toEqual({ kind: "taken", by: "LEGACY" });
  expect(await l.claim({ reference: "a", certId: 900 })).toEqual({ kind: "taken", by: "LEGACY" });
  expect(await l.claim({ reference: "b", certId: 900 }, PERSON)).toEqual({ kind: "ok" });
  expect(await l.claim({ reference: "c", certId: 902 }, PERSON)).toEqual({ kind: "taken", by: "REFUNDED" });
  expect(await l.claim({ reference: "c", certId: 901 }, PERSON)).toEqual({ kind: "ok" });
});

test("rule 8: a purchase that answered with another order's slot stays in doubt: its own slot is somewhere", async () => {
  const l = await openLedger();
  await sending(l, "a");
  await sending(l, "b");
  await l.claim({ reference: "b", certId: 900 }, LIST);

  expect(await l.claim({ reference: "a", certId: 900 })).toEqual({ kind: "taken", by: "b" });

  expect(await markUnknown(l, of("a"), { reason: "it belongs to b" })).toBe(true);
  expect((await l.maps()).unsettled).toEqual({ "a#1": "U", "b#1": "C" });
});
