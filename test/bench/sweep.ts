// npm run bench -- --sweep: what a look for due certificates costs where ten times as many are stored and as many are due. It may not grow.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Redis } from "ioredis";
import { pino } from "pino";
import { table } from "../../src/producers/cli/table.ts";
import { startRedis } from "../../src/sandbox/redis/redis.ts";
import { certificateStore } from "../../src/shared/certificate/store.ts";
import { openQueues } from "../../src/shared/queue/queues.ts";
import { connectRedis } from "../../src/shared/redis/client.ts";
import { openAccounts } from "../../src/workers/accounts/accounts.ts";
import { sweepDue } from "../../src/workers/due/sweep.ts";
import { openJournal } from "../../src/workers/journal/open.ts";
import type { OrderNeeds } from "../../src/workers/order/needs.ts";
import { defaultPolicy } from "../support/policy.ts";
import { dueAgain, type Fleet, NOW, storedFleet } from "./stored-fleet.ts";

const STORED = [100_000, 1_000_000] as const;
const DUE = 10_000;
const ROUNDS = 3;
/** A look at ten times as many may take so many times as long. */
const MOST = 1.2;
const SEARCHES = 200;
const binaryDir = resolve(import.meta.dirname, "../../.data/redis-server");

export interface SweepMeasured {
  stored: number;
  /** Best of the rounds: the whole look that acts on all that is due, one search of its first batch, a look that finds nothing. */
  seconds: number;
  searchMs: number;
  idleMs: number;
  /** What Redis needs for each stored certificate, indexes and the ledger's slot included. */
  bytesEach: number;
  /** Largest size of this process after a look. */
  processMb: number;
}

interface Stage {
  fleet: Fleet;
  bytesEach: number;
  look: () => Promise<void>;
  /** Nothing was ever due. */
  forget: () => Promise<void>;
  close: () => Promise<void>;
}

/**
 * Both fleets are there all the while, each in a Redis of its own (in memory only, 9 GB together), and are looked at in turn, now one
 * first and now the other. The best round counts: what else the machine does only ever makes one slower.
 */
export async function measureSweep(): Promise<SweepMeasured[]> {
  const stages: Stage[] = [];
  try {
    for (const stored of STORED) stages.push(await stage(stored));
    const rounds = stages.map((): Omit<SweepMeasured, "stored" | "bytesEach">[] => []);
    for (let round = 0; round < ROUNDS; round++) {
      const turn = [...stages.entries()];
      for (const [i, each] of round % 2 === 0 ? turn : turn.reverse()) rounds[i]?.push(await measure(each));
    }
    return stages.map(({ bytesEach }, i) => {
      const of = (value: (round: Omit<SweepMeasured, "stored" | "bytesEach">) => number) =>
        (rounds[i] ?? []).map(value);
      return {
        stored: STORED[i] ?? 0,
        seconds: Math.min(...of(({ seconds }) => seconds)),
        searchMs: Math.min(...of(({ searchMs }) => searchMs)),
        idleMs: Math.min(...of(({ idleMs }) => idleMs)),
        bytesEach,
        processMb: Math.max(...of(({ processMb }) => processMb)),
      };
    });
  } finally {
    for (const { close } of stages) await close();
  }
}

/** How many times as long the larger fleet takes, and whether that is too long. */
export function growth([small, large]: readonly SweepMeasured[]): { ratio: number; isTooMuch: boolean } {
  const ratio = (large?.seconds ?? Number.POSITIVE_INFINITY) / (small?.seconds ?? 1);
  return { ratio, isTooMuch: ratio > MOST };
}

export function sweepWords(measured: readonly SweepMeasured[]): string {
  const row = (name: string, cell: (each: SweepMeasured) => string): string[] => [name, ...measured.map(cell)];
  const { ratio } = growth(measured);
  const rows = [
    row(`seconds for ${DUE} due`, ({ seconds }) => seconds.toFixed(2)),
    row("ms to find the first 200", ({ searchMs }) => searchMs.toFixed(3)),
    row("ms where nothing is due", ({ idleMs }) => idleMs.toFixed(2)),
    row("bytes of Redis for each", ({ bytesEach }) => bytesEach.toFixed(0)),
    row("megabytes of the process", ({ processMb }) => processMb.toFixed(0)),
  ];
  const head = ["stored", ...measured.map(({ stored }) => `${stored}`)];
  return `${table(head, rows)}\nTen times as many stored: × ${ratio.toFixed(2)} (at most × ${MOST}).`;
}

async function measure({ fleet, look, forget }: Stage): Promise<Omit<SweepMeasured, "stored" | "bytesEach">> {
  const { redis, keys } = fleet;
  await forget();
  const search = (): Promise<unknown> => redis.zrange(keys.due, "-inf", `${NOW.getTime()}`, "BYSCORE", "LIMIT", 0, 200);
  const searchMs =
    (await timed(async () => {
      for (let i = 0; i < SEARCHES; i++) await search();
    })) / SEARCHES;
  const seconds = (await timed(look)) / 1_000;
  const acted = await redis.zcard(keys.unfinished("reissue"));
  if (acted !== DUE) throw new Error(`${acted} of ${DUE} were acted on`);
  const processMb = process.memoryUsage().rss / 2 ** 20;
  return { seconds, searchMs, idleMs: await timed(look), processMb };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

async function stage(stored: number): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), "certfleet-bench-"));
  const server = await startRedis({ ephemeral: true, binaryDir, say: console.error });
  const redis = connectRedis(server.url, "never-give-up", () => undefined) as Redis;
  await redis.config("SET", "appendonly", "no"); // the disk is not what is measured, and gigabytes are only seeded
  const before = await usedMemory(redis);
  const fleet = await storedFleet(redis, { stored, due: DUE });
  const bytesEach = ((await usedMemory(redis)) - before) / stored;
  const { keys } = fleet;
  const queues = openQueues(redis, keys.prefix, () => undefined);
  const journal = await openJournal(join(folder, "journal"), keys.prefix);
  const needs: OrderNeeds = {
    ledger: { redis, keys, journal, settleMs: 1_200_000, seen: new Map() },
    certificates: certificateStore(redis, keys, defaultPolicy),
    accounts: openAccounts([], { products: [] }),
    enqueue: queues.enqueue,
    clock: { now: () => NOW },
    timings: { pollSeconds: 300, validationDays: 7, rebuyBudget: 0 },
    durabilityRisks: async () => [],
    priceCeiling: () => undefined,
    log: pino({ level: "silent" }),
    policyFor: defaultPolicy,
    policyDigest: "default",
    productFor: () => ({ reissue: "api", terms: [1] }),
    minimumBlocks: true,
    lastCheckFailed: async () => false,
  };
  await redis.set(keys.duePolicy, needs.policyDigest);
  return {
    fleet,
    bytesEach,
    look: async () => void (await sweepDue(needs)),
    async forget() {
      await queues.all.reissue.obliterate({ force: true });
      await dueAgain(fleet);
    },
    async close() {
      await queues.close();
      await journal.close();
      redis.disconnect();
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}

async function usedMemory(redis: Redis): Promise<number> {
  return Number(/used_memory:(\d+)/.exec(await redis.info("memory"))?.[1] ?? 0);
}
