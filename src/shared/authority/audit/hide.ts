// Stands for personal data in the audit trail: the same value has the same hash, and nobody reads the value from it.
import { createHmac, randomBytes } from "node:crypto";
import type { RedisClient } from "../../redis/client.ts";
import type { Keys } from "../../redis/keys.ts";

export type Hide = (value: unknown) => string;

/**
 * HMAC-SHA256 with a secret of this fleet: e-mail addresses are too few to be safe under a hash that everybody can make.
 * The secret is made once; two processes that begin at once agree on the first one.
 */
export async function openHide({ redis, keys }: { redis: RedisClient; keys: Keys }): Promise<Hide> {
  await redis.set(keys.audit.secret, randomBytes(32).toString("hex"), "NX");
  const secret = (await redis.get(keys.audit.secret)) ?? "";
  return (value) => {
    const text = typeof value === "string" ? value.toLowerCase() : JSON.stringify(value);
    return `hmac:${createHmac("sha256", secret).update(text).digest("hex").slice(0, 16)}`;
  };
}
