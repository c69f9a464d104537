// A consistent copy of every key of a fleet while the fleet works. Keys are copied one after the other; Redis tells which
// of them changed meanwhile (CLIENT TRACKING); those are copied again, the last of them in one transaction.
import { randomUUID } from "node:crypto";
import { Cluster, type Redis } from "ioredis";
import { Unavailable } from "../../shared/base/errors.ts";
import { INVALIDATIONS } from "../../shared/redis/acl/rights.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import { keysUnder } from "../../shared/redis/keys.ts";

/** A key as it was at some moment. A later copy of the same key takes its place. */
export interface KeyCopy {
  key: Buffer;
  /** As Redis' DUMP writes it; null: the key is gone. */
  dump: Buffer | null;
  /** Milliseconds of Redis' clock; 0: never. */
  expiresAt: number;
}

const PAGE = 500;
/** So many changed keys fit into the transaction that ends the copy: some milliseconds of Redis' time. */
const MOST_AT_ONCE = 1_000;
const MOST_ROUNDS = 500;
const COMMAND_MS = 60_000;

/**
 * All keys under the prefix, as they were at one moment: that of the last batch. Memory: a page of keys, and the names of those that
 * changed while the copy ran.
 * @throws Unavailable the connection was lost, Redis was emptied, or refuses a command: the copy is worth nothing
 */
export async function* copyKeys(redis: RedisClient, prefix: string): AsyncGenerator<KeyCopy[], void> {
  const node = await ownerOf(redis, keysUnder(prefix).accounts);
  const reader = alone(node, 3);
  const ear = alone(node, 2); // with RESP3 ioredis drops what Redis tells of changed keys
  const { changed, fenced, check } = listen(ear, reader, Buffer.from(keysUnder(prefix).backupFence));
  try {
    await track(ear, reader, prefix);
    for await (const keys of scan(reader, prefix)) {
      check();
      yield await dumpOf(reader.pipeline(), keys);
    }
    for (let round = 1; ; round++) {
      check();
      const again = [...changed.values()];
      changed.clear();
      if (again.length > MOST_AT_ONCE) {
        for (let from = 0; from < again.length; from += PAGE)
          yield await dumpOf(reader.pipeline(), again.slice(from, from + PAGE));
        continue;
      }
      const name = randomUUID();
      const atOnce = reader.multi();
      atOnce.set(keysUnder(prefix).backupFence, name, "PX", COMMAND_MS);
      const seen = fenced();
      seen.catch(() => undefined); // where the transaction fails, that is what is told
      const copies = await dumpOf(atOnce, again, 1);
      const before = await seen;
      check();
      yield copies;
      const inIt = new Set(again.map(textOf));
      if ([...before].every((key) => inIt.has(key))) return;
      if (round === MOST_ROUNDS)
        throw new Unavailable("Redis is written to faster than it can be copied: make the backup at a quieter time");
    }
  } catch (error) {
    throw asUnavailable(error);
  } finally {
    reader.disconnect();
    ear.disconnect();
  }
}

/** The server that has the fleet's keys: all lie under one hash tag. */
export async function ownerOf(redis: RedisClient, anyKey: string): Promise<Redis> {
  if (!(redis instanceof Cluster)) return redis;
  for (const node of redis.nodes("master")) {
    const isOwner = await node.exists(anyKey).then(
      () => true,
      (error: Error) => {
        if (error.message.startsWith("MOVED")) return false;
        throw error;
      },
    );
    if (isOwner) return node;
  }
  throw new Unavailable("no server of the Redis Cluster has the keys of this fleet");
}

/** A connection that is not made again when it is lost: what was tracked on it would be lost unseen. */
export function alone(node: Redis, protocol: 2 | 3): Redis {
  const connection = node.duplicate({
    ...{ protocol, lazyConnect: true, enableOfflineQueue: true, commandTimeout: COMMAND_MS },
    ...{ retryStrategy: () => null, sentinelRetryStrategy: () => null, maxRetriesPerRequest: 0 },
  });
  connection.on("error", () => undefined); // told by whichever command meets it
  return connection;
}

function listen(ear: Redis, reader: Redis, fence: Buffer) {
  const changed = new Map<string, Buffer>();
  let lost: string | undefined;
  let told: ((before: Set<string>) => void) | undefined;
  let given: ((reason: Error) => void) | undefined;
  const lose = (why: string) => (): void => {
    lost ??= why;
    given?.(new Unavailable(why));
  };
  for (const connection of [ear, reader])
    connection.on("close", lose("the connection to Redis was lost while the keys were copied"));
  ear.on("messageBuffer", (_channel: Buffer, keys: unknown) => {
    if (!Array.isArray(keys)) return lose("Redis was emptied while the keys were copied")();
    let isFence = false;
    for (const key of keys as Buffer[]) {
      if (key.equals(fence)) isFence = true;
      else changed.set(textOf(key), key);
    }
    // Redis tells at the end of each turn, in order: what was written before the transaction is told by now.
    if (isFence) told?.(new Set(changed.keys()));
  });
  return {
    changed,
    check(): void {
      if (lost !== undefined) throw new Unavailable(lost);
    },
    /** What changed up to the transaction with the fence in it, and in the same moment. */
    fenced: (): Promise<Set<string>> =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(lose("Redis did not tell which keys changed"), COMMAND_MS);
        told = (before) => {
          clearTimeout(timer);
          resolve(before);
        };
        given = (reason) => {
          clearTimeout(timer);
          reject(reason);
        };
      }),
  };
}

async function track(ear: Redis, reader: Redis, prefix: string): Promise<void> {
  await Promise.all([ear.connect(), reader.connect()]);
  const id = String(await ear.client("ID"));
  await ear.subscribe(INVALIDATIONS);
  await reader.call("CLIENT", "TRACKING", "ON", "REDIRECT", id, "BCAST", "PREFIX", `${prefix}:`);
}

/** A key that is there all the time is found at least once (redis.io, SCAN). */
async function* scan(reader: Redis, prefix: string): AsyncGenerator<Buffer[]> {
  const pattern = `${prefix.replace(/[\\*?[\]]/g, "\\$&")}:*`;
  const fence = keysUnder(prefix).backupFence;
  let cursor = "0";
  do {
    const [next, found] = await reader.scanBuffer(cursor, "MATCH", pattern, "COUNT", PAGE);
    cursor = next.toString();
    const keys = found.filter((key) => textOf(key) !== fence);
    for (let from = 0; from < keys.length; from += PAGE) yield keys.slice(from, from + PAGE);
  } while (cursor !== "0");
}

/** `ahead`: commands that stand in front already, whose answers do not matter. */
async function dumpOf(commands: ReturnType<Redis["pipeline"]>, keys: readonly Buffer[], ahead = 0): Promise<KeyCopy[]> {
  commands.time();
  for (const key of keys) commands.dumpBuffer(key).pttl(key);
  const replies = ((await commands.exec()) ?? []).slice(ahead).map(([error, reply]) => {
    if (error) throw error;
    return reply;
  });
  const [seconds, micros] = replies[0] as [string, string];
  const now = Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
  return keys.map((key, i) => {
    const left = replies[2 + 2 * i] as number;
    const dump = replies[1 + 2 * i] as Buffer | null;
    // 0: it expires within this millisecond. -1: never. -2: it is gone.
    return { key, dump: left === -2 ? null : dump, expiresAt: left >= 0 ? now + left : 0 };
  });
}

function textOf(key: Buffer): string {
  return key.toString("latin1");
}

function asUnavailable(error: unknown): unknown {
  if (error instanceof Unavailable || !(error instanceof Error)) return error;
  if (/NOPERM/.test(error.message)) {
    return new Unavailable(
      `Redis refuses to copy its keys (${error.message}). Make the users of Redis again: certfleet redis acl`,
      { cause: error },
    );
  }
  return new Unavailable(`The keys of Redis could not be copied: ${error.message}`, { cause: error });
}
