// The worker of `webhook` as functions, on a prefix of its own in a real Redis, with a clock that a story turns: the keeper
// looks, and each endpoint that it rings has its turn.
import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import { inject, onTestFinished } from "vitest";
import { findFleetTroubles } from "../../../src/shared/account/troubles.ts";
import { systemClock } from "../../../src/shared/base/clock.ts";
import { createLog } from "../../../src/shared/base/log.ts";
import type { RedisClient } from "../../../src/shared/redis/client.ts";
import { connectRedis } from "../../../src/shared/redis/client.ts";
import { type Keys, keysUnder } from "../../../src/shared/redis/keys.ts";
import { openSealer } from "../../../src/shared/webhooks/sealing.ts";
import { webhookStore } from "../../../src/shared/webhooks/store.ts";
import { lookAfter } from "../../../src/workers/webhook/keeper.ts";
import { openSecrets } from "../../../src/workers/webhook/secrets.ts";
import { type DeliveryNeeds, deliverTo } from "../../../src/workers/webhook/turn.ts";

/** An event as the scripts write it. `number` tells the receiver's side in which order they happened. */
export async function tell(
  redis: RedisClient,
  keys: Keys,
  reference: string,
  number: number,
  type = "certificate.issued",
) {
  const data = JSON.stringify({ reference, number });
  const at = new Date().toISOString();
  const fields = ["type", type, "at", at, "subject", `certificate/${reference}`, "data", data];
  return (await redis.xadd(keys.events, "*", ...fields)) ?? "";
}

export async function webhookFleet(changes: Partial<DeliveryNeeds> = {}) {
  const redis = connectRedis(inject("redisUrl"), "never-give-up", () => undefined) as Redis;
  const keys = keysUnder(`{sandbox-${randomUUID().slice(0, 13)}}`);
  onTestFinished(() => void redis.quit());
  let time = Date.now();
  const clock = { now: () => new Date(time), beneath: systemClock };
  const store = webhookStore(redis, keys);
  const log = createLog("silent", "test");
  const needs: DeliveryNeeds = {
    ...{ redis, keys, store, clock, log, isStopping: () => false, chance: () => 0 },
    resolve: async () => ["127.0.0.1"],
    secretsOf: openSecrets({ redis, keys, clock, sealer: openSealer({}), ofFile: () => new Map() }),
    ...changes,
  };
  /** One look of the keeper; answers how many endpoints had a turn. */
  const look = async (): Promise<number> => {
    const rung = new Set<string>();
    const enqueue = async (_queue: string, { endpoint }: { endpoint: string }) => void rung.add(endpoint);
    await lookAfter({ redis, keys, clock, log, enqueue: enqueue as never });
    await Promise.all([...rung].map((endpoint) => deliverTo({ v: 1, endpoint }, needs)));
    return rung.size;
  };
  const nextMoment = async (): Promise<number> => {
    const all = await Promise.all(
      (await redis.zrange(keys.hooks, "0", "-1")).map(async (id) => {
        const [gate, hold, sick, state] = await redis.hmget(keys.hook(id), "notBefore", "hold", "sick", "state");
        const [, first = "Infinity"] = await redis.zrange(keys.hook(id, "due"), "0", "0", "WITHSCORES");
        if (state !== "on" || first === "Infinity") return Number.POSITIVE_INFINITY;
        return Math.max(Number(gate ?? 0), Number(hold ?? 0), sick ? 0 : Number(first));
      }),
    );
    return Math.min(...all);
  };
  return {
    ...{ redis, keys, store, clock, needs, look },
    troubles: () => findFleetTroubles({ redis, keys }).then((all) => all.filter(({ code }) => code === "webhook-dead")),
    tell: (reference: string, number: number, type?: string) => tell(redis, keys, reference, number, type),
    jump: (ms: number) => {
      time += ms;
    },
    /** Time passes, with a look at each moment at which something is due. */
    async pass(ms: number): Promise<void> {
      await look();
      for (const end = time + ms; time < end; ) {
        time = Math.min(end, Math.max(time + 1_000, await nextMoment()));
        await look();
      }
    },
  };
}
