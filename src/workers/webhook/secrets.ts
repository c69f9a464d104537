// The secrets that sign for an endpoint now: those of the file, or what the API made.
import type { Clock } from "../../shared/base/clock.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import type { Keys } from "../../shared/redis/keys.ts";
import type { Endpoint } from "../../shared/webhooks/endpoint.ts";
import type { FileSecrets } from "./file-endpoints.ts";

interface SecretNeeds {
  redis: RedisClient;
  keys: Pick<Keys, "hookSecret">;
  clock: Clock;
  /** Of the version of the file in force. */
  ofFile: () => FileSecrets;
}

/** The newest first. Of a rotated one the old secret signs, too, until its time is over. */
export function openSecrets({ redis, keys, clock, ofFile }: SecretNeeds) {
  return async ({ id, source, oldSecretUntil }: Endpoint): Promise<readonly string[]> => {
    if (source === "file") return ofFile().get(id) ?? [];
    const [current, old] = await redis.lrange(keys.hookSecret(id), 0, 1);
    const isOldValid = oldSecretUntil !== null && Date.parse(oldSecretUntil) > clock.now().getTime();
    return [...(current === undefined ? [] : [current]), ...(old !== undefined && isOldValid ? [old] : [])];
  };
}
