// The world of one run: a prefix in the real Redis, a journal on disk, a pretended eNom behind HTTP, and all clocks in one hand.

import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Redis } from "ioredis";
import { pino } from "pino";
import type { Slot } from "../../src/sandbox/enom/books/slot.ts";
import { type SandboxEnom, startSandboxEnom } from "../../src/sandbox/enom/server.ts";
import type { Order } from "../../src/shared/certificate/order.ts";
import { getProduct } from "../../src/shared/certificate/products.ts";
import { certificateStore } from "../../src/shared/certificate/store.ts";
import { accountEntry } from "../../src/shared/config/fleet-file.ts";
import { type Keys, keysUnder } from "../../src/shared/redis/keys.ts";
import { type Account, account } from "../../src/workers/accounts/accounts.ts";
import { enomClient } from "../../src/workers/enom/client.ts";
import { enomCommands } from "../../src/workers/enom/commands/commands.ts";
import type { Journal } from "../../src/workers/journal/journal.ts";
import { openJournal } from "../../src/workers/journal/open.ts";
import type { OrderNeeds } from "../../src/workers/order/needs.ts";
import { defaultPolicy } from "../support/policy.ts";
import { testCa } from "../support/test-ca.ts";
import type { Backup } from "./backup.ts";
import type { Stage } from "./stage.ts";

export const SETTLE_MS = 1_200_000;
export const SERVICES = ["Certificate-RapidSSL-RapidSSL", "Certificate-Comodo-Essential"] as const;
const LOGIN = { username: "acme-hosting", password: "a-password-of-the-model" };
const BEGIN = Date.parse("2026-06-01T08:00:00Z");
const DAY_MS = 86_400_000;

/** How the account is set up. */
export interface SetUp {
  /** How often a machine may buy again for one order. */
  rebuyBudget: number;
  /** K, and the unsettled money of the account. */
  maxUnsettled: number;
  maxUnsettledMoney: string;
  mode: "dedicated" | "shared";
  /** Slots that were there before the fleet. */
  legacy: number;
}

/** A purchase that eNom makes although its caller is gone. */
export interface LateEffect {
  service: string;
  sentAt: number;
  dueAt: number;
  happens: () => void;
}

export interface Run {
  setUp: SetUp;
  redis: Redis;
  keys: Keys;
  journal: Journal;
  enom: SandboxEnom;
  account: Account;
  /** Those of a process that nothing happens to. */
  needs: OrderNeeds;
  /** Milliseconds of every clock; the ledger's was set wrong by so many. */
  now: number;
  skew: number;
  clockWasSet: boolean;
  /** Every order that was ever accepted: whoever placed it sends it again. */
  orders: Order[];
  lateEffects: LateEffect[];
  /** The newest last. */
  backups: Backup[];
  /** What eNom's books cannot tell: slots that somebody else bought, and what happened that allows one purchase more each. */
  foreign: Set<number>;
  excuses: string[];
  /** How many purchases had been written when the account was seen frozen; undefined while it is not. */
  writtenWhenFrozen: number | undefined;
  /** A step may be in Redis and not in the journal, or the other way round, from the first of these on. */
  deaths: number;
  losses: number;
  /** What must never be seen, as soon as it is seen. */
  faults: string[];
  /** Mails that the orders asked for. */
  mails: Set<string>;
}

let runs = 0;

/** Plays one run in a world of its own, and leaves nothing. */
export async function inRun<T>({ redis, folder }: Stage, setUp: SetUp, play: (run: Run) => Promise<T>): Promise<T> {
  const prefix = `{p-${process.pid}-${++runs}}`;
  const keys = keysUnder(prefix);
  const place = await mkdtemp(join(folder, "run-"));
  const journal = await openJournal(place, prefix);
  const clock = { now: () => new Date(run.now) };
  const enom = await startSandboxEnom({ ...LOGIN, clock, ca: await testCa() });
  const { maxUnsettled, maxUnsettledMoney, mode } = setUp;
  const client = enomClient(
    { account: "main", apiUrl: enom.url, ...LOGIN },
    { record: () => undefined, limits: { writeMs: 10_000 } },
  );
  const purchasing = { maxUnsettled, maxUnsettledMoney, perHour: "none", perDay: "none" };
  const main = account(
    accountEntry.parse({ id: "main", apiUrl: enom.url, ...LOGIN, mode, purchasing }),
    enomCommands(client),
  );
  const run: Run = {
    ...{ setUp, redis, keys, journal, enom, account: main, now: BEGIN, skew: 0, clockWasSet: false },
    ...{ orders: [], lateEffects: [], backups: [], foreign: new Set(), excuses: [], faults: [], mails: new Set() },
    ...{ deaths: 0, losses: 0, writtenWhenFrozen: undefined },
    needs: {
      ledger: { redis, keys, journal, settleMs: SETTLE_MS, seen: new Map(), now: () => ledgerTime(run) },
      certificates: certificateStore(redis, keys, defaultPolicy),
      accounts: { all: [main], find: (id) => (id === "main" ? main : undefined), fitting: () => [main] },
      enqueue: async (_queue, data) => {
        if ("key" in data) run.mails.add(data.key);
        return "";
      },
      clock,
      timings: { pollSeconds: 20, validationDays: 7, rebuyBudget: setUp.rebuyBudget },
      durabilityRisks: async () => [],
      priceCeiling: () => undefined,
      log: pino({ level: "silent" }),
      policyFor: defaultPolicy,
      policyDigest: "default",
      productFor: (service) => ({ reissue: getProduct(service).reissue, terms: [1] }),
      minimumBlocks: true,
      lastCheckFailed: async () => false,
    },
  };
  try {
    return await play(run);
  } finally {
    await Promise.all([client.close(), journal.close()]);
    await enom.close();
    const left = await redis.keys(`${prefix}*`);
    if (left.length > 0) await redis.del(...left);
    await rm(place, { recursive: true });
  }
}

/** What Redis TIME is in production. */
export function ledgerTime({ now, skew }: Run): number {
  return now + skew;
}

/** What is at eNom since the day before the fleet. */
export function startWith(run: Run, { legacy }: SetUp): void {
  run.now = BEGIN - DAY_MS;
  for (let i = 0; i < legacy; i++) buyForeign(run, SERVICES[0]);
  run.now = BEGIN;
}

/** Somebody else in the same account. Answers the CertID. */
export function buyForeign({ enom, foreign }: Run, service: string): number {
  const { certId } = enom.colleague.buys(service, 1);
  foreign.add(certId);
  return certId;
}

export function isUntouchedSlot({ statusId, configuration }: Slot): boolean {
  return statusId === 1 && configuration === undefined;
}
