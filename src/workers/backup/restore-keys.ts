// Puts the keys of a backup back. Every ledger is frozen in the same moment in which it is there.
import type { Redis } from "ioredis";
import { Refused, Unavailable } from "../../shared/base/errors.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import { type Keys, keysUnder } from "../../shared/redis/keys.ts";
import { frozenByRestore } from "../ledger/restored/mark.ts";
import { alone, type KeyCopy, ownerOf } from "./copy-keys.ts";

const BATCH = 200;
const SHOWN = 5;

/** @throws Refused there are keys under the prefix: of a fleet that runs, or of a restore that was interrupted */
export async function mustBeEmpty(redis: RedisClient, keys: Keys): Promise<void> {
  const node = await ownerOf(redis, keys.accounts);
  const pattern = `${keys.prefix.replace(/[\\*?[\]]/g, "\\$&")}:*`;
  const found: string[] = [];
  let cursor = "0";
  do {
    const [next, page] = await node.scan(cursor, "MATCH", pattern, "COUNT", 1_000);
    cursor = next;
    found.push(...page);
  } while (cursor !== "0" && found.length <= SHOWN);
  if (found.length === 0) return;
  const interrupted = found.includes(keys.restored) || (await node.exists(keys.restored)) === 1;
  const which = `${found.slice(0, SHOWN).join(", ")}${found.length > SHOWN ? ", …" : ""}`;
  const why = interrupted
    ? "an earlier restore ended before it was whole, or is done already"
    : "a fleet has worked here, or a process of it runs";
  throw new Refused(
    `the Redis of --into is not empty under ${keys.prefix}: ${which} (${why}). Nothing was written. ` +
      "Stop every process of the fleet, name an empty Redis, or delete what is there: " +
      `redis-cli --scan --pattern '${keys.prefix}:*' | xargs -d '\\n' redis-cli UNLINK`,
  );
}

export interface KeysRestored {
  /** Accounts that have a ledger. */
  accounts: Set<string>;
  keys: number;
  expired: number;
}

/** Takes the lines of all parts in their order. */
export interface KeyRestorer {
  take: (copies: AsyncIterable<KeyCopy>) => Promise<void>;
  end: () => KeysRestored;
}

/** @param reason why every ledger is frozen from its first moment on */
export async function keyRestorer(
  redis: RedisClient,
  prefix: string,
  reason: string,
): Promise<KeyRestorer & { close: () => void }> {
  const keys = keysUnder(prefix);
  const node = alone(await ownerOf(redis, keys.accounts), 3);
  await node.connect();
  const names = new Set<string>();
  const expired = new Set<string>();
  const accounts = new Set<string>();
  /** Of that moment, those processes, or that server alone: a new one without replicas would wait for them. */
  const leftOut = new Set([
    ...[keys.restored, keys.backupFence, keys.processes, keys.tried, keys.replicas, keys.journalFailures],
  ]);

  async function write(batch: readonly KeyCopy[]): Promise<void> {
    const now = await timeOf(node);
    const commands = node.pipeline();
    for (const { key, dump, expiresAt } of batch) {
      const name = key.toString("utf8");
      if (leftOut.has(name)) continue;
      if (!name.startsWith(`${prefix}:`)) throw new Refused(`the backup has a key of another fleet: ${name}`);
      const isOver = expiresAt > 0 && expiresAt <= now;
      if (!dump || isOver) {
        names.delete(name);
        if (dump) expired.add(name);
        else expired.delete(name);
        commands.unlink(key);
        continue;
      }
      names.add(name);
      expired.delete(name);
      const account = accountOf(name, keys);
      if (account === undefined) {
        commands.call("RESTORE", key, expiresAt, dump, "REPLACE", "ABSTTL");
        continue;
      }
      accounts.add(account);
      const atOnce = node.multi();
      atOnce.call("RESTORE", key, expiresAt, dump, "REPLACE", "ABSTTL");
      atOnce.hset(key, frozenByRestore(reason));
      mustHaveWorked(await atOnce.exec());
    }
    mustHaveWorked(await commands.exec());
  }

  return {
    async take(copies) {
      let batch: KeyCopy[] = [];
      for await (const copy of copies) {
        batch.push(copy);
        if (batch.length < BATCH) continue;
        await write(batch);
        batch = [];
      }
      await write(batch);
    },
    end: () => ({ accounts, keys: names.size, expired: expired.size }),
    close: () => node.disconnect(),
  };
}

function mustHaveWorked(replies: [Error | null, unknown][] | null): void {
  for (const [error] of replies ?? []) if (error) throw asOurs(error);
}

export async function timeOf(node: Pick<Redis, "time">): Promise<number> {
  const [seconds, micros] = await node.time();
  return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
}

function accountOf(name: string, keys: Keys): string | undefined {
  const [before = "", behind = ""] = keys.ledger.meta("\n").split("\n");
  if (!name.startsWith(before) || !name.endsWith(behind)) return undefined;
  return name.slice(before.length, name.length - behind.length);
}

function asOurs(error: Error): Error {
  if (/DUMP payload version/.test(error.message))
    return new Refused(
      "This Redis cannot read the backup: it is older than the one that was copied, or of another make. Restore into the same version or a later one",
      { cause: error },
    );
  if (/NOPERM/.test(error.message))
    return new Refused(`The user of --into may not restore keys (${error.message}). Use one that may`, {
      cause: error,
    });
  return new Unavailable(`The new Redis does not take the keys: ${error.message}`, { cause: error });
}
