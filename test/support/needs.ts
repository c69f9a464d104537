// The needs of an order's steps, for tests that call the steps without a queue.
import { pino } from "pino";
import { systemClock } from "../../src/shared/base/clock.ts";
import { getProduct } from "../../src/shared/certificate/products.ts";
import { readFleetFile } from "../../src/shared/config/fleet-file.ts";
import { openEnomAccounts } from "../../src/workers/accounts/open.ts";
import { trustOf } from "../../src/workers/delivery/trust.ts";
import type { Ledger } from "../../src/workers/ledger/context.ts";
import type { OrderNeeds } from "../../src/workers/order/needs.ts";
import { defaultPolicy } from "./policy.ts";
import { SETTLE_MS } from "./time.ts";
import type { World } from "./world.ts";

/** A step of the ledger's money scripts, without the steps around it. */
export function ledgerOf({ redis, keys, journal, time }: World, changes: Partial<Ledger> = {}): Ledger {
  return { redis, keys, journal, settleMs: SETTLE_MS, now: time.ms, seen: new Map(), ...changes };
}

export function orderNeeds(w: World, changes: Partial<OrderNeeds> = {}): OrderNeeds {
  const { env, queues, certificates } = w;
  const log = pino({ level: "silent" });
  const file = readFleetFile(env.CERTFLEET_CONFIG);
  const { accounts } = openEnomAccounts(env, {
    file,
    clock: systemClock,
    log,
    writeMs: 2_000,
  });
  return {
    ...{ accounts, certificates, log },
    ledger: ledgerOf(w),
    priceCeiling: () => undefined,
    enqueue: queues.enqueue,
    clock: w.time,
    policyFor: defaultPolicy,
    policyDigest: "default",
    productFor: (service) => ({ reissue: getProduct(service).reissue, terms: [1] }),
    minimumBlocks: true,
    trust: () => trustOf(file),
    lastCheckFailed: async () => false,
    timings: { pollSeconds: 0.1, validationDays: 7, rebuyBudget: 0 },
    durabilityRisks: async () => [],
    ...changes,
  };
}
