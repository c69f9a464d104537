// Durable first, rule 2 of purchase safety: a step is in the ledger, on its replica and in the journal before anybody acts on it.
import { rm } from "node:fs/promises";
import { resolve } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { freePort } from "../../../src/sandbox/free-port.ts";
import { type EmbeddedRedis, startRedis } from "../../../src/sandbox/redis/redis.ts";
import { Unavailable } from "../../../src/shared/base/errors.ts";
import type { RedisClient } from "../../../src/shared/redis/client.ts";
import { keysUnder } from "../../../src/shared/redis/keys.ts";
import { markNotSent, markUnknown } from "../../../src/workers/ledger/attempt-results.ts";
import { dwellOn, switchPurchases } from "../../../src/workers/ledger/maintenance.ts";
import { endConfiguring, startConfiguring } from "../../../src/workers/ledger/transitions.ts";
import { viewLedger } from "../../../src/workers/ledger/view.ts";
import { isScriptName } from "../../support/redis-scripts.ts";
import { newFolder, newPrefix, opened } from "../journal/support.ts";
import { beside, connectForTest, of, openLedger, type TestLedger, ticket } from "./ledger.ts";

test("rule 2: every step is in the journal when its caller is told, each one seq behind the step before", async () => {
  const l = await openLedger();
  await l.accept("a");
  const known: string[] = [];
  const thenKnown = async (happens: Promise<unknown>): Promise<void> => {
    await happens;
    known.push((await l.lines()).at(-1)?.step ?? "");
  };

  await thenKnown(l.begin("a"));
  await thenKnown(l.gate(ticket("a")));
  await thenKnown(markUnknown(l, of("a"), { reason: "no answer" }));
  await thenKnown(l.claim({ reference: "a", certId: 900 }));
  const slot = { reference: "a", account: "main", certId: 900 };
  await thenKnown(startConfiguring(l, slot, "hash"));
  await thenKnown(endConfiguring(l, slot));

  expect(known).toEqual(["begin", "gate", "unknown", "claim", "configure", "configured"]);
  const lines = await l.lines();
  expect(lines.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(new Set(lines.slice(1).map(({ epoch, account, reference }) => `${epoch} ${account} ${reference}`))).toEqual(
    new Set(["1 main a"]),
  );
});

test("rule 2: what was only looked at, and what changed nothing, is no step", async () => {
  const l = await openLedger();
  await l.accept("a");
  await l.begin("a");
  const before = await l.lines();

  await viewLedger(l, "main", [900]);
  await dwellOn(l, "main", 1_000);
  await l.begin("a");
  await markNotSent(l, ticket("b"), "nothing was prepared");

  expect(await l.lines()).toEqual(before);
});

/** A journal on a slow disk: it keeps what it is given when the test says so. */
function withSlowJournal(l: TestLedger): { slow: TestLedger; goOn: () => void } {
  const { journal } = l.ledger;
  const disk = Promise.withResolvers<void>();
  const append: typeof journal.append = (line) => disk.promise.then(() => journal.append(line));
  return { slow: beside(l, { journal: { ...journal, append } }), goOn: disk.resolve };
}

test("rule 2: as long as the journal has not kept the gate, nothing may be written", async () => {
  const l = await openLedger();
  await l.accept("a");
  await l.begin("a");
  const { slow, goOn } = withSlowJournal(l);
  let isOpen = false;

  const gate = slow.gate(ticket("a")).then(() => (isOpen = true));
  await vi.waitFor(async () => expect(await l.attempts("a")).toEqual(["SENDING"]), { interval: 5 });
  await viewLedger(slow, "main", []);
  expect(isOpen).toBe(false);

  goOn();
  await gate;
});

test("rule 2: a journal that fails shuts the gate, and nothing is bought with that ticket or begun after it", async () => {
  const prefix = newPrefix();
  const folder = await newFolder();
  const l = await openLedger({ keys: keysUnder(prefix), journal: await opened(folder, prefix) });
  await l.accept("a");
  await l.accept("b");
  await l.begin("a");
  await rm(folder, { recursive: true });

  await expect(l.gate(ticket("a"))).rejects.toThrow(Unavailable);
  await expect(l.gate(ticket("a"))).rejects.toThrow("CERTFLEET_JOURNAL");
  await expect(l.begin("b")).rejects.toThrow("CERTFLEET_JOURNAL");
  await expect(markNotSent(l, ticket("a"), "the journal failed")).rejects.toThrow("CERTFLEET_JOURNAL");

  expect(await l.attempts("a"), "known not to be sent, for whoever comes next").toEqual(["REJECTED"]);
});

const binaryDir = resolve(import.meta.dirname, "../../../.data/redis-server");

/** A Redis with a replica that has all of it. */
async function withReplica(): Promise<{ url: string; replica: EmbeddedRedis }> {
  const [main, replica] = await Promise.all([1, 2].map(() => startRedis({ ephemeral: true, binaryDir })));
  if (!main || !replica) throw new Error("two were started");
  onTestFinished(async () => void (await Promise.all([main.stop(), replica.stop()])));
  const port = await freePort(0);
  const client = connectForTest(main.url);
  await client.call("CONFIG", "SET", "port", port);
  await client.call("CONFIG", "SET", "repl-diskless-sync-delay", 0);
  const follower = connectForTest(replica.url);
  await follower.call("REPLICAOF", "127.0.0.1", port);
  await vi.waitFor(async () => expect(await follower.info("replication")).toContain("master_link_status:up"), {
    timeout: 10_000,
    interval: 20,
  });
  return { url: main.url, replica };
}

/** A connection that ends behind its next script, and is made again to another server. */
function movesOn(from: RedisClient, to: RedisClient): RedisClient {
  let now = from;
  return new Proxy(from, {
    has: (_from, name) => name in now,
    get(_from, name) {
      const value: unknown = Reflect.get(now, name);
      if (typeof value !== "function") return value;
      if (!isScriptName(name)) return value.bind(now);
      return async (...args: unknown[]) => {
        const answer: unknown = await Reflect.apply(value, now, args);
        now = to;
        return answer;
      };
    },
  });
}

test("rule 2: where Redis has a replica, a gate opens only when the replica knows it", async () => {
  const { url, replica } = await withReplica();
  const l = await openLedger({ redis: connectForTest(url) });
  for (const reference of ["a", "b"]) {
    await l.accept(reference);
    await l.begin(reference);
  }
  await l.gate(ticket("a"));
  const copy = connectForTest(replica.url);
  expect(await copy.hget(l.ledger.keys.ledger.attempt("a", 1), "state")).toBe("SENDING");

  process.kill(replica.pid, "SIGSTOP");
  await expect(l.gate(ticket("b"))).rejects.toThrow("No replica");
  const anew = beside(l, { redis: movesOn(l.ledger.redis, connectForTest(url)) }); // it wrote nothing by itself
  await expect(switchPurchases(anew, "main", "on", "ops")).rejects.toThrow("No replica");
  process.kill(replica.pid, "SIGCONT");

  expect(await markNotSent(l, ticket("b"), "no replica")).toBe(true);
});

test("rule 2: the journal never knows more than the replica, so a failover that was planned freezes nothing", async () => {
  const { url, replica } = await withReplica();
  const promoted = connectForTest(replica.url);
  // Redis tells its age in whole seconds; one that may be newer than what was seen is not taken for a promoted one.
  await vi.waitFor(async () => expect(await promoted.info("server")).toMatch(/uptime_in_seconds:[2-9]/), 5_000);
  const l = await openLedger({ redis: connectForTest(url) });
  await l.accept("a");
  await l.begin("a");
  const known = await l.lines();
  const moved = beside(l, { redis: movesOn(l.ledger.redis, connectForTest()) });
  await expect(switchPurchases(moved, "main", "on", "ops")).rejects.toThrow(/Another Redis answers now/);
  expect(await l.lines(), "a server that has not the step says nothing of its replicas").toEqual(known);
  await promoted.call("REPLICAOF", "NO", "ONE"); // the old primary does not know of it yet
  await vi.waitFor(async () => expect(await l.ledger.redis.info("replication")).toContain("connected_slaves:0"));

  const before = await l.lines();
  await expect(markNotSent(l, ticket("a"), "no byte left")).rejects.toThrow(/lost its replicas.*no step of the ledger/);
  expect(await l.lines()).toEqual(before);

  const next = beside(l, { redis: promoted, seen: l.ledger.seen }); // the same process
  expect(await markNotSent(next, ticket("a"), "no byte left")).toBe(true);
});
