// Stands for personal data in the audit trail: the same value has the same hash, and nobody reads the value from it.
import { createHmac, randomBytes } from "node:crypto";
import type { RedisClient } from "../../redis/client.ts";
import type { Keys } from "../../redis/keys.ts";

export type Hide = (value: unknown) => string;

export interface KeptHide {
  hide: Hide;
  /** Puts the secret back where Redis lost it, so that the same value keeps its hash while this process runs. */
  keep: () => Promise<void>;
}

/**
 * HMAC-SHA256 with a secret of this fleet: e-mail addresses are too few to be safe under a hash that everybody can make.
 * The secret is made once; two processes that begin at once agree on the first one.
 */
export async function openHide(place: { redis: RedisClient; keys: Keys }): Promise<Hide> {
  return (await openKeptHide(place)).hide;
}

/** As `openHide`, for a process that runs longer than a verb. */
export async function openKeptHide({ redis, keys }: { redis: RedisClient; keys: Keys }): Promise<KeptHide> {
  await redis.set(keys.audit.secret, randomBytes(32).toString("hex"), "NX");
  const secret = (await redis.get(keys.audit.secret)) ?? "";
  return {
    hide(value) {
      const text = typeof value === "string" ? value.toLowerCase() : JSON.stringify(value);
      return `hmac:${createHmac("sha256", secret).update(text).digest("hex").slice(0, 16)}`;
    },
    async keep() {
      await redis.set(keys.audit.secret, secret, "NX");
    },
  };
}
