// The ledger never goes back unseen, rule 3 of purchase safety: after a restart it is compared with its journal before anything is done with it.

import { cp, rm, stat, truncate } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { startRedis } from "../../../src/sandbox/redis/redis.ts";
import { abandonAttempt } from "../../../src/workers/ledger/abandon.ts";
import { markNotSent, markUnknown, parkAttempt } from "../../../src/workers/ledger/attempt-results.ts";
import { findTooMuch } from "../../../src/workers/ledger/begin.ts";
import { bind, findBinding } from "../../../src/workers/ledger/bind.ts";
import { findFrozen, freeze, settleCovered, switchPurchases, thaw } from "../../../src/workers/ledger/maintenance.ts";
import { endConfiguring, startConfiguring } from "../../../src/workers/ledger/transitions.ts";
import { viewLedger } from "../../../src/workers/ledger/view.ts";
import { SETTLE_MS } from "../../support/time.ts";
import { filesUnder, newFolder } from "../journal/support.ts";
import {
  beside,
  connectForTest,
  inDoubt,
  intent,
  killedBeforeJournal,
  LOGIN,
  newJournal,
  of,
  openLedger,
  openUnbound,
  owning,
  ROOMY,
  rebuilt,
  restarted,
  sending,
  type TestLedger,
  ticket,
} from "./ledger.ts";

const FROZEN = { name: "Refused", code: "ledger-frozen" };
const binaryDir = resolve(import.meta.dirname, "../../../.data/redis-server");

/** A ledger on a Redis of its own, and what can happen to that: it is killed, something is done to its data, it is started again. */
async function onOwnRedis(): Promise<{
  l: TestLedger;
  folder: string;
  restart: (between?: () => Promise<void>) => Promise<void>;
}> {
  const folder = await newFolder();
  let server = await startRedis({ dataDir: folder, binaryDir });
  onTestFinished(() => server.stop());
  const l = await openLedger({ redis: connectForTest(server.url) });
  return {
    ...{ l, folder },
    async restart(between = async () => {}) {
      process.kill(server.pid, "SIGKILL");
      await server.exited;
      await between();
      server = await startRedis({ dataDir: folder, binaryDir });
      await vi.waitFor(() => l.ledger.redis.ping(), { interval: 10 });
    },
  };
}

/** Everything that moves money or ownership is refused. Orders: `a` in doubt, `b` with slot 901, `c` prepared, `d` accepted. */
async function expectFrozen(l: TestLedger): Promise<void> {
  await expect(l.begin("d")).rejects.toMatchObject(FROZEN);
  await expect(l.gate(ticket("c"))).rejects.toMatchObject(FROZEN);
  await expect(l.claim({ reference: "a", certId: 900 })).rejects.toMatchObject(FROZEN);
  const slot = { reference: "b", account: "main", certId: 901 };
  await expect(startConfiguring(l, slot, "hash")).rejects.toMatchObject(FROZEN);
}

/** The same orders, after everything went well again. */
async function expectThawed(l: TestLedger): Promise<void> {
  expect(await l.claim({ reference: "a", certId: 900 })).toEqual({ kind: "ok" });
  expect(await startConfiguring(l, { reference: "b", account: "main", certId: 901 }, "hash")).toBe("ok");
  await l.gate(ticket("c"));
  expect(await l.begin("d")).toEqual({ kind: "prepared", number: 1 });
}

async function fourOrders(l: TestLedger): Promise<void> {
  await inDoubt(l, "a");
  await owning(l, "b", 901);
  await l.accept("c");
  await l.begin("c");
  await l.accept("d");
}

test("rule 3: a Redis that was killed and lost nothing is taken into use again without a person", async () => {
  const { l, restart } = await onOwnRedis();
  await fourOrders(l);

  await restart();

  await expectThawed(l);
  expect(await findFrozen(l, "main")).toBeUndefined();
});

test("rule 3: a Redis that lost its last steps buys, claims and configures nothing until it is rebuilt from the journal", async () => {
  const { l, folder, restart } = await onOwnRedis();
  await sending(l, "z");
  const [aof = ""] = await filesUnder(folder, ".aof");
  const { size } = await stat(aof);
  await fourOrders(l);

  await restart(() => truncate(aof, size));

  await expectFrozen(l);
  expect(await findFrozen(l, "main")).toContain("certfleet ledger rebuild main");
  await expect(thaw(l, "main", "words do not bring it back")).rejects.toMatchObject(FROZEN);
  const { epoch, ordersToSendAgain } = await rebuilt(l);
  expect(epoch).toBe(2);
  expect(ordersToSendAgain).toEqual(["a", "b", "c"]);
  for (const reference of ["a", "b", "c", "d"]) await l.accept(reference);
  await expectThawed(beside(l));
  expect((await l.lines()).at(-1)).toMatchObject({ epoch: 2 });
});

test("rule 3: a Redis that followed another one for a while is compared before anything is done with it, too", async () => {
  const { l } = await onOwnRedis();
  await fourOrders(l);
  await l.ledger.redis.hincrby(l.ledger.keys.ledger.meta("main"), "seq", -1);

  await l.ledger.redis.call("REPLICAOF", "127.0.0.1", 1);
  await l.ledger.redis.call("REPLICAOF", "NO", "ONE");

  await expectFrozen(beside(l));
});

test("rule 3: an old backup in place of the data freezes, and rebuilt it knows what was bought since", async () => {
  const { l, folder, restart } = await onOwnRedis();
  await sending(l, "z");
  const backup = await newFolder();
  await cp(folder, backup, { recursive: true, filter: (path) => !path.endsWith(".sock") });
  await fourOrders(l);

  await restart(async () => {
    for (const part of ["appendonlydir", "appendonly.aof"])
      await rm(join(folder, part), { recursive: true, force: true });
    await cp(backup, folder, { recursive: true, filter: (path) => !path.includes("owner.") });
  });

  await expectFrozen(l);
  await rebuilt(l);
  for (const reference of ["a", "b", "c", "d"]) await l.accept(reference);
  await expectThawed(l);
  expect((await l.maps()).unsettled).toMatchObject({ "z#1": "S", "c#1": "S" });
});

test("rule 3: an empty Redis beside a journal is no first start", async () => {
  const { l } = await onOwnRedis();
  await fourOrders(l);
  const before = await l.maps();
  await l.ledger.redis.flushall();

  await expectFrozen(l);
  expect(await findBinding(l, LOGIN)).toBe("unbound");
  await expect(bind(beside(l), LOGIN, { legacy: [], refunded: [] })).rejects.toMatchObject(FROZEN);

  expect((await rebuilt(l)).ordersToSendAgain).toEqual(["a", "b", "c"]);
  for (const reference of ["a", "b", "c", "d"]) await l.accept(reference);
  expect([await l.maps(), await findBinding(l, LOGIN)]).toEqual([before, "bound"]);
  await expectThawed(l);
});

test("rule 3: an account that was never used buys nothing before it is bound", async () => {
  const l = await openUnbound();
  await l.accept("a");

  await expect(l.begin("a")).rejects.toThrow("not bound");
});

test("rule 3: a process with another journal than the one that the ledger is kept with does nothing", async () => {
  const l = await openLedger();
  await fourOrders(l);
  const stranger = beside(l, { journal: await newJournal(l.ledger.keys.prefix) });

  await expectFrozen(stranger);
  await expect(stranger.begin("d")).rejects.toThrow("CERTFLEET_JOURNAL");

  await expectThawed(l);
});

test("rule 3: a process with another journal neither takes a ledger that lost steps into use again nor rebuilds it", async () => {
  const l = await openLedger();
  await fourOrders(l);
  await expect(killedBeforeJournal(l).claim({ reference: "a", certId: 900 })).rejects.toThrow("killed");
  await restarted(l, { seq: 1 });
  const stranger = beside(l, { journal: await newJournal(l.ledger.keys.prefix) });

  await expectFrozen(stranger);
  await expect(rebuilt(stranger)).rejects.toThrow("CERTFLEET_JOURNAL");
  expect(await stranger.lines(), "no step goes into the wrong journal").toEqual([]);

  await expectFrozen(beside(l));
  await rebuilt(l);
  await expectThawed(l);
});

test("rule 3: a ledger that went back without a restart is noticed by whoever saw more of it, be it one step, and nothing of that stays", async () => {
  for (const lost of [1, 3]) {
    const l = await openLedger();
    await fourOrders(l);
    await restarted(l);
    await rebuilt(l);
    const before = await l.maps();
    await switchPurchases(l, "main", "on", "one step more");
    await switchPurchases(l, "main", "on", "and another one");
    await l.ledger.redis.hincrby(l.ledger.keys.ledger.meta("main"), "seq", -lost);

    await expect(l.claim({ reference: "a", certId: 900 })).rejects.toMatchObject(FROZEN);
    await expectFrozen(beside(l));
    await rebuilt(beside(l));

    expect(await l.maps()).toEqual(before);
    await expectThawed(l);
  }
});

test("rule 3: looking at a ledger that went back is enough to notice it", async () => {
  const l = await openLedger();
  await fourOrders(l);
  await l.ledger.redis.hincrby(l.ledger.keys.ledger.meta("main"), "seq", -1);

  await expect(viewLedger(l, "main", [])).rejects.toMatchObject(FROZEN);
});

test("rule 3: on a ledger that a person froze nothing is begun, written, claimed or configured, and what was sent may still be noted", async () => {
  const l = await openLedger();
  await fourOrders(l);
  await sending(l, "e");
  await sending(l, "f");
  await owning(l, "g", 902);
  await startConfiguring(l, { reference: "g", account: "main", certId: 902 }, "hash");
  await sending(l, "h");
  await l.claim({ reference: "h", certId: 903 }, { by: "list" });
  await l.time.pass(SETTLE_MS);
  await freeze(l, "main", "somebody else buys here");

  await expectFrozen(l);
  expect(await l.attempts("c"), "not even the gate's note is taken").toEqual(["PREPARED"]);
  await expect(findTooMuch(l, intent("d"), ROOMY)).rejects.toThrow("somebody else buys here");
  const absent = { version: 3, rebuyBudget: 1, evidence: {} };
  await expect(abandonAttempt(l, ticket("a"), absent)).rejects.toThrow("somebody else buys here");
  expect(await parkAttempt(l, ticket("a"), "nothing was found")).toBe(true);
  expect(await markUnknown(l, of("e"), { reason: "no answer" })).toBe(true);
  expect(await markNotSent(l, ticket("f"), "not written")).toBe(true);
  expect(await endConfiguring(l, { reference: "g", account: "main", certId: 902 })).toBe("ok");
  expect(await settleCovered(l, of("h"))).toBe(true);
  expect((await viewLedger(l, "main", [901])).owners.get(901)).toBe("b");
  await switchPurchases(l, "main", "off", "until it is known who (ops)");
});
