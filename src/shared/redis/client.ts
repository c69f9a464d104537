// Connects to Redis in each of its forms and looks whether it keeps what it acknowledges.
import { Cluster, Redis } from "ioredis";
import { Unavailable } from "../base/errors.ts";
import { badSettings } from "../base/read-settings.ts";
import { REDIS_FORMS, readRedisAddress } from "./address.ts";

export type Patience = "fail-fast" | "never-give-up";

/**
 * `redis://`, `rediss://`, `unix:/path` or a socket's path; `redis+sentinel://host:port,host:port/master-name`;
 * `redis+cluster://host:port,host:port`. `rediss+…` speaks TLS.
 * Producers fail fast, so that an HTTP caller gets a 503; workers never give up.
 *
 * @throws Error an address in no known form; it does not quote it
 */
export function connectRedis(url: string, patience: Patience, onError: (error: Error) => void): RedisClient {
  const address = readRedisAddress(url);
  if (!address) throw badSettings([`REDIS_URL: ${REDIS_FORMS}`]);
  const client = open(address.url, patience);
  client.on("error", onError);
  return client;
}

const retryStrategy = (tries: number): number => Math.min(2 ** Math.min(tries, 10) * 50, 2_000) + Math.random() * 200;

function open(url: string, patience: Patience): RedisClient {
  const manners =
    patience === "fail-fast"
      ? { enableOfflineQueue: false, maxRetriesPerRequest: 1, commandTimeout: 2_000, retryStrategy }
      : { maxRetriesPerRequest: null, retryStrategy };
  const special = /^(rediss?)\+(sentinel|cluster):\/\/(?:([^@/]*)@)?([^/]+)(?:\/(.*))?$/.exec(url);
  if (!special) return new Redis(url, manners);
  const [, scheme, kind, login = "", hosts = "", name = ""] = special;
  const [username = "", password = ""] = login.split(":").map(decodeURIComponent);
  const auth = {
    ...(username && { username }),
    ...(password && { password }),
    ...(scheme === "rediss" && { tls: {} }),
  };
  const nodes = hosts.split(",").map((each) => {
    const { hostname, port } = new URL(`redis://${each}`);
    return { host: hostname, port: Number(port || (kind === "sentinel" ? 26_379 : 6_379)) };
  });
  if (kind === "sentinel") return new Redis({ sentinels: nodes, name: name || "mymaster", ...auth, ...manners });
  return new Cluster(nodes, {
    redisOptions: {
      ...auth,
      ...(patience === "fail-fast" ? { commandTimeout: 2_000 } : { maxRetriesPerRequest: null }),
    },
    enableOfflineQueue: patience !== "fail-fast",
  });
}

/** Resolves when the connection is usable. @throws Unavailable after `timeoutMs`, naming what to check. */
export async function untilReady(client: RedisClient, timeoutMs: number): Promise<void> {
  if (client.status === "ready") return;
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Unavailable("Redis does not respond: check REDIS_URL, and that Redis runs")),
      timeoutMs,
    );
    client.once("ready", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** What is at risk with this server's settings, a sentence each; empty when every acknowledged write is kept. */
export async function durabilityRisks(client: RedisClient): Promise<string[]> {
  const settings: Record<string, string> = {};
  for (const name of ["appendonly", "appendfsync", "maxmemory-policy"]) {
    const reply = (await client.call("CONFIG", "GET", name).catch(() => null)) as string[] | null;
    if (!reply)
      return [
        "Redis does not show its settings (CONFIG GET is refused). Nobody can tell whether it keeps every write.",
      ];
    settings[name] = reply[1] ?? "";
  }
  const risks: string[] = [];
  if (settings.appendonly !== "yes")
    risks.push("appendonly is off: a restart of Redis would lose orders and purchases.");
  else if (settings.appendfsync !== "always") {
    risks.push(`appendfsync is ${settings.appendfsync}: a crash can lose up to a second of acknowledged purchases.`);
  }
  if (settings["maxmemory-policy"] !== "noeviction") {
    risks.push(
      `maxmemory-policy is ${settings["maxmemory-policy"]}: Redis may delete jobs and records when its memory is full.`,
    );
  }
  return risks;
}

/**
 * The same for the log of a part that buys nothing. One with a Redis user of its own may not read the settings, and does
 * not try: the parts that buy look before each purchase.
 */
export async function risksToWarnOf(client: RedisClient): Promise<string[]> {
  const { username } =
    "options" in client && "redisOptions" in client.options
      ? (client.options.redisOptions ?? {})
      : (client as Redis).options;
  return username ? [] : durabilityRisks(client);
}

export type RedisClient = Redis | Cluster;
