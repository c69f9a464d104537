// A ledger written again from its journal (rule 3): the same maps, a higher epoch, whatever happened on the way.

import { expect, test } from "vitest";
import { BEFORE_ALL, readEvents } from "../../../src/shared/events/read.ts";
import type { RedisClient } from "../../../src/shared/redis/client.ts";
import { parkAttempt } from "../../../src/workers/ledger/attempt-results.ts";
import { findTooMuch } from "../../../src/workers/ledger/begin.ts";
import { bind, findBinding } from "../../../src/workers/ledger/bind.ts";
import {
  enterSlot,
  findFrozen,
  freeze,
  settleCovered,
  switchPurchases,
} from "../../../src/workers/ledger/maintenance.ts";
import { cancelOrder, refundSeen, startConfiguring } from "../../../src/workers/ledger/transitions.ts";
import { isScriptName } from "../../support/redis-scripts.ts";
import { SETTLE_MS } from "../../support/time.ts";
import {
  abandoned,
  beside,
  CLASS,
  facts,
  forgotten,
  inDoubt,
  intent,
  LOGIN,
  of,
  openLedger,
  openUnbound,
  owning,
  parked,
  ROOMY,
  rebuilt,
  restarted,
  SERVICE,
  sending,
  type TestLedger,
  ticket,
} from "./ledger.ts";

const ORDERS = ["a", "b", "c", "d", "e", "f"];
const BOUGHT = { service: SERVICE, years: 1 };

/** Something of everything that a ledger can hold. */
async function fullLedger(): Promise<TestLedger> {
  const l = await openUnbound();
  await bind(l, LOGIN, { legacy: [700, 701], refunded: [702] });
  await abandoned(l, "a");
  await parked(l, "b");
  await owning(l, "c", 900);
  await startConfiguring(l, { reference: "c", account: "main", certId: 900 }, "hash");
  await owning(l, "d", 901);
  await refundSeen(l, { reference: "d", account: "main", certId: 901, ...BOUGHT });
  await owning(l, "e", 902);
  await sending(l, "f");
  await l.claim({ reference: "f", certId: 903 }, { by: "list" });
  await cancelOrder(l, of("e"), BOUGHT);
  await enterSlot(l, { account: "main", certId: 904, slotClass: CLASS, boughtAt: l.time.ms() }, "FOREIGN");
  await switchPurchases(l, "main", "off", "strange prices (ops)");
  return l;
}

test("rule 3: everything that the ledger knew of money and slots is known again, and purchases go on where they were", async () => {
  const l = await fullLedger();
  const before = await facts(l, ORDERS);
  await forgotten(l);

  const { steps, epoch, missing, ordersToSendAgain } = await rebuilt(l);
  for (const reference of ORDERS) await l.accept(reference);

  expect(await facts(l, ORDERS)).toEqual(before);
  expect({ epoch, missing, ordersToSendAgain }).toEqual({ epoch: 2, missing: 0, ordersToSendAgain: ORDERS });
  const lines = await l.lines();
  expect(lines.at(-1)).toMatchObject({ epoch: 2, seq: steps + 1, step: "rebuild" });
  expect(await findBinding(l, LOGIN)).toBe("bound");
  expect(await findTooMuch(l, intent("a"), ROOMY)).toBe("stopped");
  expect(await l.begin("a", 1)).toEqual({ kind: "from-pool", certId: 902 });
});

test("rule 3: a rebuild says who rebuilt and why, and thaws; a ledger in use is not rebuilt", async () => {
  const l = await openLedger();
  await sending(l);
  await freeze(l, "main", "something is wrong");
  await restarted(l);
  const before = await facts(l, ["a"]);

  expect(await rebuilt(l)).toMatchObject({ steps: 0, epoch: 2 });
  await expect(rebuilt(l)).rejects.toMatchObject({ name: "Refused" });

  expect([await facts(l, ["a"]), await findFrozen(l, "main")]).toEqual([before, undefined]);
  const last = (await l.lines()).at(-1);
  expect(last).toMatchObject({ epoch: 2, step: "rebuild" });
  expect(last?.writes.flat()).toContain("the disk was lost (ops)");
});

test("a purchase that Redis lost is told when the rebuild or its order brings it back, and each only once", async () => {
  const l = await openUnbound();
  await bind(l, LOGIN, { legacy: [], refunded: [] });
  await owning(l, "a", 900);
  await owning(l, "b", 901);
  await forgotten(l);
  const { redis, keys } = l.ledger;
  await redis.del(keys.events, keys.certificate("a"), keys.certificate("b"));
  await l.accept("a"); // sent again before the ledger is rebuilt
  await rebuilt(l);
  await l.accept("b");

  const { events } = await readEvents(redis, keys, BEFORE_ALL, 100);
  const purchases = events.filter(({ type }) => type === "certificate.purchased");
  expect(purchases.map(({ data }) => [data.reference, data.certId])).toEqual([
    ["a", 900],
    ["b", 901],
  ]);
});

/** A process that dies before this script of its rebuild: 1 forgets, the others write 200 steps each. */
function dyingAtScript(l: TestLedger, nth: number): TestLedger {
  let left = nth;
  const redis: RedisClient = new Proxy(l.ledger.redis, {
    get(target, name) {
      if (isScriptName(name) && --left === 0) throw new Error("the process died here");
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return beside(l, { redis });
}

test("rule 3: a rebuild that died half-way has let nobody buy, and is simply begun anew", async () => {
  const l = await openLedger();
  await inDoubt(l, "a");
  for (let i = 0; i < 220; i++) await switchPurchases(l, "main", "on", `${i}`);
  await owning(l, "b", 900);
  const before = await facts(l, ["a", "b"]);
  await forgotten(l);

  for (const script of [1, 2, 3, 4]) {
    await expect(rebuilt(dyingAtScript(l, script))).rejects.toThrow("died");
    await expect(l.claim({ reference: "a", certId: 901 })).rejects.toMatchObject({ code: "ledger-frozen" });
  }
  await rebuilt(l);

  for (const reference of ["a", "b"]) await l.accept(reference);
  expect(await facts(l, ["a", "b"])).toEqual(before);
});

test("rule 3: a step that could not be written again leaves the ledger out of use", async () => {
  const l = await openLedger();
  await sending(l);
  await forgotten(l);
  await l.ledger.redis.set(l.ledger.keys.ledger.attempt("a", 1), "something else took this key");

  await expect(rebuilt(l)).rejects.toThrow("WRONGTYPE");

  await expect(l.begin("a", 1)).rejects.toMatchObject({ code: "ledger-frozen" });
});

/** A process that is held up before this script of its rebuild until the test says so. */
function heldAtScript(l: TestLedger, nth: number) {
  let left = nth;
  const arrived = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const redis: RedisClient = new Proxy(l.ledger.redis, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      if (!isScriptName(name) || --left !== 0) return value.bind(target);
      return async (...args: unknown[]) => {
        arrived.resolve();
        await goOn.promise;
        return Reflect.apply(value, target, args);
      };
    },
  });
  return { held: beside(l, { redis }), arrived: arrived.promise, goOn: goOn.resolve };
}

test("rule 3: of two rebuilds the slower one writes nothing over a ledger that is in use again", async () => {
  for (const script of [1, 2, 3]) {
    const l = await openLedger();
    await l.accept("a");
    await l.begin("a");
    await restarted(l, { seq: 1 });
    const { held, arrived, goOn } = heldAtScript(l, script);

    const slower = expect(rebuilt(held)).rejects.toMatchObject({ name: "Refused" });
    await arrived;
    await rebuilt(l);
    await l.gate(ticket("a"));
    goOn();
    await slower;

    expect([await l.attempts("a"), (await l.maps()).unsettled]).toEqual([["SENDING"], { "a#1": "S" }]);
    expect((await l.lines()).map(({ epoch, seq, step }) => `${epoch}/${seq} ${step}`)).toEqual([
      ...["1/1 bind", "1/2 begin", "2/3 rebuild", "2/4 gate"],
    ]);
  }
});

test("rule 3: two losses one behind the other are rebuilt over the epochs between them", async () => {
  const l = await openLedger();
  await inDoubt(l, "a");
  await forgotten(l);
  await rebuilt(l);
  await l.accept("a");
  await parkAttempt(l, ticket("a"), "nothing was found");
  const before = await facts(l, ["a"]);
  await forgotten(l);

  expect(await rebuilt(l)).toMatchObject({ epoch: 3, missing: 0 });
  await l.accept("a");

  expect(await facts(l, ["a"])).toEqual(before);
});

test("rule 3: data from before an earlier rebuild is never taken for whole, however many steps it counts", async () => {
  const l = await openLedger();
  await sending(l);
  await restarted(l);
  await rebuilt(l);
  await restarted(l, { epoch: 1, seq: 99 });

  await expect(beside(l).begin("a", 1)).rejects.toMatchObject({ code: "ledger-frozen" });
});

test("rule 9: what was in the air when the ledger was lost settles a T_settle after it was rebuilt at the latest", async () => {
  const l = await openLedger();
  await l.time.pass(3 * SETTLE_MS);
  await sending(l);
  await l.claim({ reference: "a", certId: 900 }, { by: "list" });
  await forgotten(l);
  await rebuilt(l);
  expect(await settleCovered(l, of("a"))).toBe(false);

  await l.time.pass(SETTLE_MS + 60_000);

  expect(await settleCovered(l, of("a"))).toBe(true);
});
