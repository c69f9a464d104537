// Whether Redis may forget what it acknowledges, as the workers of `open` last found it: they may read its settings, and
// everybody sees it here.
import type { RedisClient } from "../redis/client.ts";
import { remedyOf } from "../redis/durability.ts";
import type { Keys } from "../redis/keys.ts";

/** They look every five seconds: what nobody found again for so long is not known any more. */
const KEPT_MS = 60_000;

export interface RiskNeeds {
  redis: RedisClient;
  keys: Pick<Keys, "redisRisks">;
}

export interface RiskFinding {
  code: "redis-not-durable";
  message: string;
  next: string;
}

/** `risks`: a sentence each; none where every acknowledged write is kept, or where weak settings are allowed. */
export async function noteRedisRisks(risks: readonly string[], { redis, keys }: RiskNeeds): Promise<void> {
  if (risks.length === 0) await redis.del(keys.redisRisks);
  else await redis.set(keys.redisRisks, JSON.stringify(risks), "PX", KEPT_MS);
}

/** One at most. */
export async function findRedisRisks({ redis, keys }: RiskNeeds): Promise<RiskFinding[]> {
  const noted = await redis.get(keys.redisRisks);
  if (noted === null) return [];
  const risks = JSON.parse(noted) as string[];
  return [
    {
      code: "redis-not-durable",
      message: `Redis could forget a purchase, and nothing is bought: ${risks.join(" ")}`,
      next: `${remedyOf(risks)} See docs/runbook.md#redis-not-durable`,
    },
  ];
}
