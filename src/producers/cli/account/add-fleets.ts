// What the fleets that run say to a new account: whether its id is free in their ledgers, and whether they read its file at all.
import { join, resolve } from "node:path";
import { Unavailable } from "../../../shared/base/errors.ts";
import { withRedis } from "../connection.ts";
import { ownFleets, type Place } from "../own-redis.ts";

/** Where the account is to be written. */
export interface Target {
  place: Place;
  path: string;
}

/**
 * `clash`: why a fleet that reads the file would buy nothing on the account; a ledger is bound to the login (`enomLogin`) that used its id first.
 * `note`: it could not be asked. Both are undefined where no fleet is known.
 */
export async function askLedgers(
  { id, login }: { id: string; login: string },
  target: Target,
): Promise<{ clash?: string; note?: string }> {
  if (login.includes("${")) return {}; // the workers know what stands there, we do not
  for (const place of readersOf(target)) {
    try {
      const bound = await withRedis(place, ({ redis, keys }) => redis.hget(keys.ledger.meta(id), "login"));
      const clash = `The fleet has an account ${id} that was first used with another eNom host or user: under this id nothing would be bought. Give another id.`;
      if (bound && bound !== login) return { clash };
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      return { note: `Whether the fleet has used the id ${id} for another login is not known: ${error.message}` };
    }
  }
  return {};
}

/** Who looks for the account in a fleet that `npm start` runs here, which reads another file, looks in vain. */
export function otherFiles(id: string, { place, path }: Target): string[] {
  if (isNamed(place)) return [];
  const files = ownFleets(place.root).map((each) => configOf(each, place));
  return files
    .filter((file) => file !== resolve(path))
    .map(
      (file) =>
        `A fleet that runs here reads another file, ${file}: it does not know account ${id}. CERTFLEET_CONFIG=${resolve(path)} before a command makes it read this one.`,
    );
}

/** The fleet whose Redis the environment names, else those of this folder that read the file. */
function readersOf({ place, path }: Target): Place[] {
  if (isNamed(place)) return [place];
  return ownFleets(place.root)
    .filter((each) => configOf(each, place) === resolve(path))
    .map(({ redisUrl, prefix }) => {
      const env = { ...place.env, REDIS_URL: redisUrl, ...(prefix && { CERTFLEET_PREFIX: prefix }) };
      return { ...place, env };
    });
}

function isNamed({ env }: Place): boolean {
  return Boolean(env.REDIS_URL || env.REDIS_URL_FILE);
}

/** `npm start` names the file if there was one; one that comes later lies where it was started. */
function configOf({ settings }: { settings: Record<string, string> }, { root }: Place): string {
  return settings.CERTFLEET_CONFIG ?? join(root, "certfleet.yaml");
}
