// Connects to Redis in each of its forms. The one place where a connection is made.
import { Cluster, Redis } from "ioredis";
import { withDeadline } from "../base/time/deadline.ts";
import { accessTo, type RedisAccess } from "./access.ts";
import { paceOfTries } from "./connection/pace.ts";
import { sendTogether } from "./connection/together.ts";
import { type News, watchCluster, watchServer } from "./connection/watch.ts";
import { RedisUnusable } from "./connection/words.ts";
import { type Patience, targetOf } from "./options.ts";

export type { Patience } from "./options.ts";
export type RedisClient = Redis | Cluster;

/**
 * `redis://`, `rediss://`, `unix:/path` or a socket's path; `redis+sentinel://host:port,host:port/master-name`;
 * `redis+cluster://host:port,host:port`. `rediss+…` speaks TLS, to Sentinels too.
 * Producers fail fast, so that an HTTP caller gets a 503; workers never give up. Both leave a server that says nothing or
 * takes no writes, and look for another one at the same address, as long as they live.
 *
 * @param where an address alone, or the settings of a process
 * @param news  hears of trouble, each time; and that it is over
 * @throws Error of settings: an address in no known form (it does not quote it); `checkRedisAccess` finds the rest
 */
export function connectRedis(
  where: string | RedisAccess,
  patience: Patience,
  news: News | ((error: Error) => void),
): RedisClient {
  const access = typeof where === "string" ? { REDIS_URL: where } : accessTo(where.REDIS_URL, where);
  const pace = paceOfTries();
  const target = targetOf(access, patience, pace);
  const told = typeof news === "function" ? { trouble: news } : news;
  const watching = { news: told, pace, waits: patience === "never-give-up" };
  const client = target.kind === "cluster" ? new Cluster(target.nodes, target.options) : new Redis(target.options);
  latest.set(client, undefined);
  client.on("error", (error) => {
    if (!isVague(error) || !latest.get(client)) latest.set(client, error);
  });
  if (patience === "fail-fast" && !(client instanceof Cluster)) sendTogether(client);
  if (patience === "once") client.on("error", told.trouble);
  else if (client instanceof Cluster) watchCluster(client, watching);
  else watchServer(client, watching);
  return client;
}

/** A server that ends a connection says why on some tries only. */
function isVague({ message }: Error): boolean {
  return /ECONNRESET|EPIPE|Connection is closed/.test(message);
}

/** A server without TLS waits for more, where it is greeted by TLS; one that wants a certificate may end the connection at once. */
function causeOf(client: RedisClient): Error | undefined {
  const told = latest.get(client);
  if (client instanceof Cluster || !client.options.tls) return told;
  if (told) return isVague(told) ? new Error("closed after TLS", { cause: told }) : told;
  return client.status === "connecting" && client.stream?.connecting === false ? new Error("no TLS") : undefined;
}

/** The newest error of a connection that has not been usable yet, for whoever waits for it. */
const latest = new WeakMap<RedisClient, Error | undefined>();

/** Resolves when the connection is usable. @throws Unavailable after `timeoutMs`, naming what to check. */
export async function untilReady(client: RedisClient, timeoutMs: number): Promise<void> {
  if (client.status === "ready") return;
  const ready = new Promise<void>((resolve) => client.once("ready", resolve));
  await withDeadline(ready, timeoutMs, () => {
    throw new RedisUnusable("Redis", causeOf(client));
  });
}
