// Which fleet a gateway belongs to: a random id in its Redis, so that `doctor` tells its own fleet from a stranger's. It
// opens nothing and names nobody.
import { randomUUID } from "node:crypto";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";

interface Place {
  redis: RedisClient;
  keys: Pick<Keys, "fleetId">;
}

/** Made when first asked for; two that ask at once agree. Undefined where Redis takes no writes and has none. */
export async function fleetId(place: Place): Promise<string | undefined> {
  const known = await findFleetId(place);
  if (known !== undefined) return known;
  const { redis, keys } = place;
  await redis.set(keys.fleetId, randomUUID(), "NX").catch(() => undefined);
  return findFleetId(place);
}

/** Undefined: no gateway of this fleet was ever asked. */
export async function findFleetId({ redis, keys }: Place): Promise<string | undefined> {
  return (await redis.get(keys.fleetId)) ?? undefined;
}
