// Turns an address of Redis and the settings beside it into what ioredis wants, for each form of Redis.
import type { ClusterOptions, RedisOptions, SentinelAddress } from "ioredis";
import { badSettings } from "../base/read-settings.ts";
import type { RedisAccess } from "./access.ts";
import { REDIS_FORMS, readRedisAddress } from "./address.ts";
import { HANDSHAKE_MS, type Pace } from "./connection/pace.ts";

/**
 * `fail-fast`: a caller waits, and is told soon that Redis does not respond (gateway, journal).
 * `never-give-up`: a command waits until there is a Redis again (workers).
 * `once`: for a verb that ends soon; as `fail-fast`, and the connection is not watched.
 */
export type Patience = "fail-fast" | "never-give-up" | "once";

/** Replies keep the form that they always had. */
type ServerOptions = Omit<RedisOptions, "replyMapping">;
type NodeOptions = Omit<NonNullable<ClusterOptions["redisOptions"]>, "replyMapping">;

export type Target =
  | { kind: "one" | "sentinel"; options: ServerOptions }
  | {
      kind: "cluster";
      nodes: { host: string; port: number }[];
      options: Omit<ClusterOptions, "redisOptions"> & { redisOptions: NodeOptions };
    };

const COMMAND_MS = 2_000;
/** A server that is asked something and sends nothing for so long is not there any more. Longer than a process of ours may be held up itself. */
const SILENT_MS = { "fail-fast": 4_000, once: 4_000, "never-give-up": 5_000 } as const;
/** Beside each failed command of a Cluster: 30 s of tries for workers, what a caller may wait for the others. */
const CLUSTER_TRIES = { "fail-fast": 12, once: 12, "never-give-up": 120 } as const;
const CLUSTER_RETRY_MS = 250;

/** @throws Error of settings: an address in no known form; it does not quote it */
export function targetOf(access: RedisAccess, patience: Patience, pace: Pace): Target {
  const address = readRedisAddress(access.REDIS_URL);
  if (!address) throw badSettings([`REDIS_URL: ${REDIS_FORMS}`]);
  const tls = address.way === "tls" ? tlsOf(access) : undefined;
  const manners = { ...mannersOf(patience, pace), ...(tls && { tls }) };
  const several = /^rediss?\+(sentinel|cluster):\/\/(?:([^@/]*)@)?([^/?]+)(?:\/([^?]*))?(?:\?db=(\d+))?$/.exec(
    address.url,
  );
  if (!several) return { kind: "one", options: { ...oneServer(address.url), ...manners } };
  const [, kind, login = "", hosts = "", name = "", db] = several;
  const [username = "", password = ""] = login.split(":").map(decodeURIComponent);
  const auth = { ...(username && { username }), ...(password && { password }) };
  const nodes = hosts.split(",").map((each) => {
    const { hostname, port } = new URL(`redis://${each}`);
    const host = hostname.replace(/^\[|\]$/g, "");
    return { host, port: Number(port || (kind === "sentinel" ? 26_379 : 6_379)) };
  });
  if (kind === "sentinel") {
    const sentinels = sentinelsOf(nodes, access, pace);
    const secure = tls && { sentinelTLS: tls, enableTLSForSentinelMode: true };
    const which = { name: name || "mymaster", ...(db !== undefined && { db: Number(db) }) };
    return { kind, options: { ...which, ...auth, ...manners, ...sentinels, ...secure } };
  }
  const { retryStrategy: _, enableOfflineQueue, ...ofNodes } = manners;
  return {
    kind: "cluster",
    nodes,
    options: clusterOf({ ...auth, ...ofNodes }, { patience, pace, enableOfflineQueue }),
  };
}

function mannersOf(patience: Patience, pace: Pace) {
  const all = {
    retryStrategy: pace.next,
    connectTimeout: HANDSHAKE_MS,
    disconnectTimeout: 500,
    socketTimeout: SILENT_MS[patience],
    maxLoadingRetryTime: 1_000,
  };
  if (patience === "never-give-up") return { ...all, enableOfflineQueue: true, maxRetriesPerRequest: null };
  return {
    ...all,
    enableOfflineQueue: false,
    // Whoever asked was told that nobody knows: the command must not be sent behind their back later.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    commandTimeout: COMMAND_MS,
  };
}

function sentinelsOf(
  sentinels: Partial<SentinelAddress>[],
  { REDIS_SENTINEL_USERNAME: username, REDIS_SENTINEL_PASSWORD: password }: RedisAccess,
  pace: Pace,
): ServerOptions {
  return {
    sentinels,
    sentinelRetryStrategy: pace.next,
    sentinelCommandTimeout: COMMAND_MS,
    ...(username && { sentinelUsername: username }),
    ...(password && { sentinelPassword: password }),
  };
}

function clusterOf(
  redisOptions: NodeOptions,
  { patience, pace, enableOfflineQueue }: { patience: Patience; pace: Pace; enableOfflineQueue: boolean },
): Extract<Target, { kind: "cluster" }>["options"] {
  return {
    redisOptions,
    enableOfflineQueue,
    clusterRetryStrategy: pace.next,
    maxRedirections: CLUSTER_TRIES[patience],
    retryDelayOnFailover: CLUSTER_RETRY_MS,
    retryDelayOnClusterDown: CLUSTER_RETRY_MS,
    slotsRefreshTimeout: COMMAND_MS,
    // A verb that ends meanwhile would be kept alive by it.
    ...(patience !== "once" && { slotsRefreshInterval: 5_000 }),
    // The name stays a name: the certificate of a server is for its name, and each connection looks it up anew.
    dnsLookup: (name, done) => done(null, name),
  };
}

/** With the settings beside the address; without a CA of its own, the ones that Node knows. */
function tlsOf({ REDIS_CA: ca, REDIS_CERT: cert, REDIS_KEY: key }: RedisAccess) {
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}

/** `redis://user:password@host:port/db?family=6`, or the path of a socket with the same query. */
function oneServer(url: string): ServerOptions {
  const isSocket = url.startsWith("/");
  const { username, password, hostname, port, pathname, searchParams } = new URL(
    isSocket ? `redis://socket/${url.slice(url.split("?")[0]?.length ?? 0)}` : url,
  );
  const query = Object.fromEntries(searchParams);
  const user = decodeURIComponent(username) || query.username;
  const secret = decodeURIComponent(password) || query.password;
  const db = Number(pathname.slice(1) || query.db || 0);
  return {
    ...(isSocket
      ? { path: url.split("?")[0] ?? url }
      : { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || 6_379) }),
    ...(user && { username: user }),
    ...(secret && { password: secret }),
    ...(query.family && { family: Number(query.family) }),
    ...(query.keepAlive && { keepAlive: Number(query.keepAlive) }),
    db,
  };
}
