// Topologies as several cases need them, and the settings that lead to each.
import type { EnvOf } from "../fleet/fleet.ts";
import { PREFIX } from "../fleet/surroundings.ts";
import { type ClusterServers, startCluster } from "../servers/cluster.ts";
import type { TlsFiles } from "../servers/own-ca.ts";
import { makeTlsFiles } from "../servers/own-ca.ts";
import { type Pair, startPair } from "../servers/pair.ts";
import type { Kind } from "../servers/program.ts";
import { addressesOf, MASTER, startSentinels } from "../servers/sentinels.ts";
import type { Server } from "../servers/server.ts";
import { everywhere, type Ground } from "./case.ts";

interface SentinelStageWish {
  kind?: Kind;
  tls?: TlsFiles;
  isGuarded?: boolean;
  behind?: { port: number; lead: (port: number) => void };
}

export interface SentinelStage {
  pair: Pair;
  sentinels: readonly Server[];
  envOf: EnvOf;
}

/** Three Sentinels over a primary and a replica; `isGuarded`: passwords for Redis, and others for the Sentinels. `behind`: see `startPair`. */
export async function sentinelStage(
  ground: Ground,
  { kind = "redis", tls, isGuarded = false, behind }: SentinelStageWish = {},
): Promise<SentinelStage> {
  const redisLogin = isGuarded ? { password: "redis/own@password" } : undefined;
  const ownLogin = isGuarded ? { username: "watcher", password: "a-password-of-sentinels" } : undefined;
  const pair = await startPair(ground, { kind, tls, login: redisLogin, ...(behind && { behind }) });
  const sentinels = await startSentinels(ground, pair, { kind, tls, redisLogin, ownLogin });
  const login = redisLogin ? `:${encodeURIComponent(redisLogin.password)}@` : "";
  return {
    ...{ pair, sentinels },
    envOf: everywhere({
      REDIS_URL: `redis${tls ? "s" : ""}+sentinel://${login}${addressesOf(sentinels)}/${MASTER}`,
      ...(ownLogin && { REDIS_SENTINEL_USERNAME: ownLogin.username, REDIS_SENTINEL_PASSWORD: ownLogin.password }),
      ...(tls && tlsEnv(tls)),
    }),
  };
}

export interface ClusterStage {
  cluster: ClusterServers;
  /** Of the fleet's keys. */
  owner: Server;
  replica: Server;
  other: Server;
  envOf: EnvOf;
}

export async function clusterStage(ground: Ground, tls?: TlsFiles): Promise<ClusterStage> {
  const cluster = await startCluster(ground, { tls });
  const entries = addressesOf(cluster.all.slice(0, 3));
  return {
    cluster,
    ...(await cluster.around(PREFIX)),
    envOf: everywhere({ REDIS_URL: `redis${tls ? "s" : ""}+cluster://${entries}`, ...(tls && tlsEnv(tls)) }),
  };
}

export function tlsIn({ folder }: Ground): TlsFiles {
  return makeTlsFiles(`${folder}/tls`);
}

/** What a fleet is told of an own CA and the certificate it has to show. */
export function tlsEnv({ ca, cert, key }: TlsFiles): NodeJS.ProcessEnv {
  return { REDIS_CA_FILE: ca, REDIS_CERT_FILE: cert, REDIS_KEY_FILE: key };
}
