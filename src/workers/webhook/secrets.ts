// The secrets that sign for an endpoint now: those of the file, or what the API made.
import type { Clock } from "../../shared/base/clock.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import type { Keys } from "../../shared/redis/keys.ts";
import type { Endpoint } from "../../shared/webhooks/endpoint.ts";
import type { Sealer } from "../../shared/webhooks/sealing.ts";
import type { FileSecrets } from "./file-endpoints.ts";

interface SecretNeeds {
  redis: RedisClient;
  keys: Pick<Keys, "hookSecret">;
  clock: Clock;
  sealer: Pick<Sealer, "open">;
  /** Of the version of the file in force. */
  ofFile: () => FileSecrets;
}

/**
 * The newest first. Of a rotated one the old secret signs, too, until its time is over. Without the newest one none: a
 * receiver may know no other.
 */
export function openSecrets({ redis, keys, clock, sealer, ofFile }: SecretNeeds) {
  return async ({ id, source, oldSecretUntil }: Endpoint): Promise<readonly string[]> => {
    if (source === "file") return ofFile().get(id) ?? [];
    const [current, old] = (await redis.lrange(keys.hookSecret(id), 0, 1)).map((kept) => sealer.open(id, kept));
    if (current === undefined) return [];
    const isOldValid = oldSecretUntil !== null && Date.parse(oldSecretUntil) > clock.now().getTime();
    return old !== undefined && isOldValid ? [current, old] : [current];
  };
}
