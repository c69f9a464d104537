// The needs of an order's steps, for tests that call the steps without a queue.
import { pino } from "pino";
import { systemClock } from "../../src/shared/clock.ts";
import { readFleetFile } from "../../src/shared/fleet-file.ts";
import type { OrderNeeds } from "../../src/workers/open/needs.ts";
import { openEnomAccounts } from "../../src/workers/wiring.ts";
import type { World } from "./world.ts";

export function orderNeeds(
  { env, redis, keys, queues, certificates }: World,
  changes: Partial<OrderNeeds> = {},
): OrderNeeds {
  const log = pino({ level: "silent" });
  const { accounts } = openEnomAccounts(env, {
    file: readFleetFile(undefined),
    clock: systemClock,
    log,
    writeMs: 2_000,
  });
  return {
    ...{ redis, keys, accounts, certificates, log },
    ring: queues.ring,
    clock: systemClock,
    by: "test",
    pace: { pollSeconds: 0.1, validationDays: 7, settleSeconds: 20 },
    durabilityRisks: async () => [],
    ...changes,
  };
}
