// Opens the journal: a folder that all purchase workers share, or a second Redis.
import { stat } from "node:fs/promises";
import type { RedisAccess } from "../../shared/redis/access.ts";
import { openFolderJournal } from "./folder.ts";
import type { Journal } from "./journal.ts";
import { openSecondRedis } from "./second-redis.ts";

/**
 * `location` is a folder that all purchase workers share, or whatever `connectRedis` takes for a second Redis. Fleets
 * with other prefixes may share it. `access`: the certificates and the Sentinels' login of the first Redis are for the
 * second one, too.
 * @throws Unavailable naming CERTFLEET_JOURNAL and what to do
 */
export async function openJournal(
  location: string,
  prefix: string,
  access: Omit<RedisAccess, "REDIS_URL"> = {},
): Promise<Journal> {
  return (await isRedis(location))
    ? openSecondRedis(location, prefix, { access })
    : openFolderJournal(location, prefix);
}

/** Whether it is a second Redis, and not a folder. */
export async function isRedis(location: string): Promise<boolean> {
  if (/^(rediss?|valkeys?)(\+\w+)?:|^unix:/i.test(location)) return true;
  const place = await stat(location).catch(() => undefined);
  return place?.isSocket() ?? false;
}
