// One measurement: so many orders on the open road, eight at a time, from accepted to issued, in this process.

import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pino } from "pino";
import { type SandboxEnom, startSandboxEnom } from "../../src/sandbox/enom/server.ts";
import { systemClock } from "../../src/shared/base/clock.ts";
import type { Order } from "../../src/shared/certificate/order.ts";
import { getProduct } from "../../src/shared/certificate/products.ts";
import { certificateStore } from "../../src/shared/certificate/store.ts";
import { readFleetFile } from "../../src/shared/config/fleet-file.ts";
import type { RedisClient } from "../../src/shared/redis/client.ts";
import { keysUnder } from "../../src/shared/redis/keys.ts";
import { account, openAccounts } from "../../src/workers/accounts/accounts.ts";
import { openEnomAccounts } from "../../src/workers/accounts/open.ts";
import { openJournal } from "../../src/workers/journal/open.ts";
import { advanceOrder } from "../../src/workers/open/workflow.ts";
import type { OrderNeeds } from "../../src/workers/order/needs.ts";
import { defaultPolicy } from "../support/policy.ts";
import { quickAccount } from "../support/quick-account.ts";
import type { Variant } from "./variants.ts";

/** As the `open` worker works by default. */
const CONCURRENCY = 8;
/** An answer of eNom's is this long under way: the machine is not to be measured, but what the protocol waits for. */
const LATENCY = { min: 20, max: 40 };
/** The certificate authority issues at once. */
const NO_WAITING = { processingMs: 0, ownerMs: 0, issueMs: 0, reissueMs: 0 };
/** They find the account bound, the catalogue read, connections open and the code warm. */
const WARM_UP = CONCURRENCY;
const SETTLE_MS = 1_200_000;

export interface Measured {
  ordersPerSecond: number;
  /** Calls an order, by command. */
  calls: Readonly<Record<string, number>>;
  /** Scripts that Redis ran an order: each is one question, and one answer to wait for. */
  scripts: number;
}

/** The first few orders are not measured. @throws Error when an order does not get its certificate */
export async function measure(redis: RedisClient, orders: readonly Order[], variant: Variant): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), "certfleet-bench-"));
  const enom = await startSandboxEnom({ balance: "500000.00", timings: NO_WAITING });
  const { needs, close } = await needsOf(variant, { redis, enom, folder });
  try {
    enom.settings.latencyMs = LATENCY;
    await drive(orders.slice(0, WARM_UP), needs);
    const asked = enom.asked().length;
    const ran = await scriptsRun(redis);
    const began = performance.now();
    await drive(orders.slice(WARM_UP), needs);
    const seconds = (performance.now() - began) / 1_000;
    const count = orders.length - WARM_UP;
    const calls = Map.groupBy(enom.asked().slice(asked), ({ command }) => command);
    const perOrder = [...calls].map(([command, each]) => [command, each.length / count] as const);
    const scripts = ((await scriptsRun(redis)) - ran) / count;
    return { ordersPerSecond: count / seconds, calls: Object.fromEntries(perOrder), scripts };
  } finally {
    await close();
    await enom.close();
    await rm(folder, { recursive: true });
  }
}

/** So far, whoever asked for them: nobody else uses this Redis. */
async function scriptsRun(redis: RedisClient): Promise<number> {
  const calls = (await redis.info("commandstats")).matchAll(/^cmdstat_eval(?:sha)?:calls=(\d+)/gm);
  return [...calls].reduce((sum, [, each]) => sum + Number(each), 0);
}

/** Eight lanes, each with one order after the other. */
async function drive(orders: readonly Order[], needs: OrderNeeds): Promise<void> {
  for (const order of orders) await needs.certificates.accept(order, systemClock.now());
  const waiting = [...orders];
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await take(next.reference, needs);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, lane));
}

async function take(reference: string, needs: OrderNeeds): Promise<void> {
  for (;;) {
    const outcome = await advanceOrder(reference, needs);
    if (outcome === "done") break;
    await pause(outcome.waitSeconds * 1_000);
  }
  const { issue = null, attention = null } = (await needs.certificates.find(reference))?.record ?? {};
  if (!issue) throw new Error(`${reference} was not issued: ${attention?.message}`);
}

async function needsOf(
  variant: Variant,
  { redis, enom, folder }: { redis: RedisClient; enom: SandboxEnom; folder: string },
): Promise<{ needs: OrderNeeds; close: () => Promise<void> }> {
  const { username, password } = enom.settings;
  const log = pino({ level: "silent" });
  const env = {
    ...{ ENOM_API_URL: enom.url, ENOM_USERNAME: username, ENOM_PASSWORD: password },
    ENOM_LOG: join(folder, "enom.log"),
  };
  const keys = keysUnder(`{bench-${randomUUID().slice(0, 8)}}`);
  const file = readFleetFile(quickAccount(folder, enom.url));
  const opened = openEnomAccounts(env, { file, clock: systemClock, log });
  const journal = await openJournal(join(folder, "journal"), keys.prefix);
  const [real] = opened.accounts.all;
  if (!real) throw new Error("no account");
  const untouched = await real.enom.detail(enom.colleague.buys("Certificate-RapidSSL-RapidSSL", 1).certId);
  const measured = account(real.entry, variant.enom(real.enom, untouched));
  const needs: OrderNeeds = {
    ledger: { redis, keys, journal: variant.journal(journal), settleMs: SETTLE_MS, seen: new Map() },
    certificates: certificateStore(redis, keys, defaultPolicy),
    accounts: openAccounts([measured], file),
    enqueue: async () => "",
    clock: systemClock,
    timings: { pollSeconds: 0.1, validationDays: 7, rebuyBudget: 0 },
    durabilityRisks: async () => [],
    priceCeiling: () => undefined,
    log,
    policyFor: defaultPolicy,
    policyDigest: "default",
    productFor: (service) => ({ reissue: getProduct(service).reissue, terms: [1] }),
    minimumBlocks: true,
    lastCheckFailed: async () => false,
  };
  return {
    needs,
    async close() {
      await opened.close();
      await journal.close();
    },
  };
}
