// Connections that notice: a server that says nothing, one that is a replica now, one that was reached and never gets ready.
// Each is left, and looked for anew at the same address (name, Sentinels, Cluster).
import type { Cluster, ClusterNode, ClusterOptions, Redis, RedisOptions } from "ioredis";
import { HANDSHAKE_MS, type Pace, SILENT_BLOCKING_MS } from "./pace.ts";
import { rememberToldReplicas } from "./remembered.ts";
import { listenToSentinels } from "./sentinels.ts";
import { isElsewhere, lacksReplicas } from "./trouble.ts";

export interface News {
  trouble(error: Error): void;
  /** The server takes writes; told again and again as long as it does. */
  well?(): void;
}

export interface Watching {
  news: News;
  pace: Pace;
  /** Commands wait until there is another server, instead of failing. */
  waits: boolean;
}

const BLOCKING = { socketTimeout: SILENT_BLOCKING_MS };
const LOOK_MS = 2_000;
/** Whether somebody else was elected is asked no more often than that. */
const ASK_AGAIN_MS = 5_000;
/** Not part of a transaction, or without effect where they failed: what may be sent to the next server as it is. */
const SENT_AGAIN = new Set(["eval", "evalsha", "bzpopmin"]);

/** One server, or the one that Sentinels name. */
export function watchServer(client: Redis, watching: Watching): void {
  const { news, pace } = watching;
  client.on("error", news.trouble);
  client.options.reconnectOnError = reconnectOn(client, watching);
  limitHandshake(client, news);
  let isAsked = false;
  const look = async (): Promise<void> => {
    if (client.status !== "ready" || isAsked) return;
    isAsked = true;
    try {
      const answer = await client.info("replication").catch(refusedInfo);
      if (client.status !== "ready") return;
      if (/^role:(slave|replica)/m.test(answer)) {
        pace.misfit();
        news.trouble(new Error("READONLY This Redis is a replica: it takes no writes."));
        client.disconnect(true);
      } else {
        pace.fits();
        news.well?.();
      }
    } catch {
      // Too late, or the connection is gone: whoever waits for it is told, and looks again.
    } finally {
      isAsked = false;
    }
  };
  const timer = setInterval(look, LOOK_MS).unref();
  client.on("ready", () => void look());
  client.on("end", () => clearInterval(timer));
  // A question behind QUIT would have the server reset the connection, and QUIT's own answer would be lost.
  const quit = client.quit.bind(client);
  client.quit = (): Promise<"OK"> => {
    clearInterval(timer);
    return quit();
  };
  const copies = new Set<Redis>();
  duplicateBy(client, (override) => watchBlocking(duplicateOf(client, override), { ...watching, copies }));
  if (!client.options.sentinels?.length) return;
  listenToSentinels(client, {
    hasReplicas: rememberToldReplicas,
    elected(host, port) {
      for (const each of [client, ...copies]) leaveFor(each, { host, port });
    },
  });
}

/** Unless it is there already: each Sentinel tells an election. */
function leaveFor(client: Redis, { host, port }: { host: string; port: number }): void {
  const { remoteAddress, remotePort } = (client.stream ?? {}) as { remoteAddress?: string; remotePort?: number };
  if (client.status !== "ready" || (remoteAddress === host && remotePort === port)) return;
  client.disconnect(true);
}

/** BullMQ makes its blocking connection as a copy: that one is asked nothing while it waits for a job. */
function watchBlocking(client: Redis, watching: Watching & { copies: Set<Redis> }): Redis {
  watching.copies.add(client);
  client.on("end", () => watching.copies.delete(client));
  client.on("error", watching.news.trouble);
  client.options.reconnectOnError = reconnectOn(client, watching);
  limitHandshake(client, watching.news);
  duplicateBy(client, (override) => watchBlocking(duplicateOf(client, override), watching));
  return client;
}

/** Of a Cluster the slots say who takes writes, and the library follows them; here only who says nothing is left. */
export function watchCluster(client: Cluster, watching: Watching): void {
  const { news } = watching;
  client.on("error", news.trouble);
  client.on("node error", (error: Error) => news.trouble(error));
  client.on("+node", (node: Redis) => limitHandshake(node, news));
  for (const node of client.nodes()) limitHandshake(node, news);
  const timer = setInterval(() => client.status === "ready" && news.well?.(), LOOK_MS).unref();
  client.on("end", () => clearInterval(timer));
  // Asked for at the end, the slots would be asked for every 5 s from then on, and the process would not end. After the end a
  // copy may be connected again, as BullMQ does it with one that waited too long: then it has to ask.
  const refresh = client.refreshSlotsCache.bind(client);
  client.refreshSlotsCache = (done) => {
    if (client.status !== "end") refresh(done);
  };
  const { duplicate } = Object.getPrototypeOf(client) as { duplicate: DuplicateCluster };
  const duplicateWatched: DuplicateCluster = (nodes, override) => {
    const redisOptions = Object.assign({}, client.options.redisOptions, override?.redisOptions, BLOCKING);
    const copy = duplicate.call(client, nodes, { ...override, redisOptions });
    watchCluster(copy, { ...watching, news: { trouble: news.trouble } });
    return copy;
  };
  Object.assign(client, { duplicate: duplicateWatched });
}

// Handed over without the library's own types: with them each type check compares all commands of Redis in both of its
// reply forms, which takes two seconds.
type Duplicate = (override?: Partial<RedisOptions>) => Redis;
type DuplicateCluster = (nodes?: ClusterNode[], override?: ClusterOptions) => Cluster;

function duplicateBy(client: Redis, duplicate: Duplicate): void {
  Object.assign(client, { duplicate });
}

function duplicateOf(client: Redis, override: Partial<RedisOptions> | undefined): Redis {
  const prototype = Object.getPrototypeOf(client) as { duplicate: Duplicate };
  return prototype.duplicate.call(client, { ...override, ...BLOCKING });
}

/** Answers what ioredis asks of `reconnectOnError`: 2 also sends the command again. */
function reconnectOn(client: Redis, { pace, waits, news }: Watching): (error: Error) => boolean | 1 | 2 {
  let askedAt = Number.NEGATIVE_INFINITY;
  return (error) => {
    if (lacksReplicas(error)) {
      const isDue = Boolean(client.options.sentinels) && performance.now() - askedAt > ASK_AGAIN_MS;
      if (isDue) askedAt = performance.now();
      return isDue;
    }
    if (!isElsewhere(error)) return false;
    pace.misfit();
    news.trouble(error);
    client.stream?.setMaxListeners(0); // each command that is refused ends it once more, and listens for the end
    const { command } = error as Error & { command?: { name: string } };
    return waits && SENT_AGAIN.has(command?.name ?? "") ? 2 : 1;
  };
}

/** A server that is stopped takes connections still: its system answers for it. */
function limitHandshake(client: Redis, news: News): void {
  let timer: NodeJS.Timeout | undefined;
  const clear = (): void => clearTimeout(timer);
  client.on("connect", () => {
    clear();
    timer = setTimeout(() => {
      if (client.status !== "connect") return;
      news.trouble(new Error(`Redis took the connection, and is not ready after ${HANDSHAKE_MS / 1_000} s`));
      client.stream.destroy();
    }, HANDSHAKE_MS);
  });
  client.on("ready", clear).on("close", clear).on("end", clear);
}

/** A user that may not ask is asked nothing else: that there is an answer is enough. */
function refusedInfo(error: Error): string {
  if (/^NOPERM/.test(error.message)) return "";
  throw error;
}
