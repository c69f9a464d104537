// What the verbs about API keys work with: the keys in Redis, those of file and environment, and who speaks.
import type { Actor } from "../../../shared/authority/actor.ts";
import { type ApiKey, ENVIRONMENT_KEY } from "../../../shared/authority/keys/key.ts";
import { type KeyStore, keyStore } from "../../../shared/authority/keys/store.ts";
import type { Clock } from "../../../shared/base/clock.ts";
import { configuredKey } from "../../../shared/config/api-key-entry.ts";
import { fleetFileOf } from "../../../shared/config/fleet-file.ts";
import { type Connection, withRedis } from "../connection.ts";
import { actorOf, type ProgramContext } from "../own-redis.ts";

/** A key that Certfleet did not make. Of the environment's nobody needs the hash here. */
export type OtherKey = Omit<ApiKey, "sha256"> & { where: "file" | "environment" };

export interface KeyRoom extends Connection {
  store: KeyStore;
  others: readonly OtherKey[];
  clock: Clock;
  by: Actor;
}

/** @throws Unavailable when Redis does not respond; Error when settings are wrong */
export function withKeys<T>(context: ProgramContext, work: (room: KeyRoom) => Promise<T>, inHand?: Clock): Promise<T> {
  const others = otherKeys(context.env);
  return withRedis(context, (connection) => {
    const clock = inHand ?? connection.clock;
    const store = keyStore(connection.redis, connection.keys);
    return work({ ...connection, store, others, clock, by: actorOf(context) });
  });
}

/** As far as this environment knows them: the gateway's own may be another. */
function otherKeys(env: NodeJS.ProcessEnv): OtherKey[] {
  const ofFile = fleetFileOf(env).apiKeys.map(configuredKey);
  const given = env.CERTFLEET_API_KEY || env.CERTFLEET_API_KEY_FILE;
  const environment: OtherKey = { id: ENVIRONMENT_KEY, scopes: ["admin"], where: "environment" };
  return [...ofFile.map((key): OtherKey => ({ ...key, where: "file" })), ...(given ? [environment] : [])];
}
