// A fleet that was restored from a backup: nothing is bought before each account was compared with eNom. What was bought
// since the backup is in no ledger and no journal, so only eNom's list can tell.
import { z } from "zod";
import { Refused } from "../../../shared/base/errors.ts";
import type { RedisClient } from "../../../shared/redis/client.ts";
import type { Keys } from "../../../shared/redis/keys.ts";

type Store = { redis: RedisClient; keys: Keys };

/** In an account's meta hash. */
const mark = z.object({
  /** Milliseconds of the ledger's time when the restore ended, and the watched time then (rule 9). */
  at: z.number(),
  dwell: z.number(),
  /** When the backup was made, RFC 3339. */
  backupAt: z.string(),
});
export type RestoredMark = z.infer<typeof mark>;

/** Written with the ledger itself: `run` is no Redis', so that it is compared with its journal, too. */
export function frozenByRestore(reason: string): Record<string, string> {
  return { run: "restored", frozen: reason, restored: JSON.stringify({ at: 0, dwell: 0, backupAt: "" }) };
}

/** Behind everything that was restored. A ledger that only the journal has is held in the same way. */
export async function sealRestored(
  { redis, keys }: Store,
  account: string,
  { at, backupAt, reason }: { at: number; backupAt: string; reason: string },
): Promise<void> {
  const meta = keys.ledger.meta(account);
  const dwell = Number((await redis.hget(meta, "dwell")) ?? 0);
  const restored: RestoredMark = { at, dwell, backupAt };
  await redis.hset(meta, { frozen: reason, restored: JSON.stringify(restored), dwell, dwellAt: at });
}

/** Undefined where the account was never restored, or was compared since. */
export async function findRestored({ redis, keys }: Store, account: string): Promise<RestoredMark | undefined> {
  const text = await redis.hget(keys.ledger.meta(account), "restored");
  return text === null ? undefined : mark.parse(JSON.parse(text));
}

/** The whole fleet's mark: there from before the first key until every account was compared. */
export async function beginRestore({ redis, keys }: Store, about: { backupAt: string; file: string }): Promise<void> {
  const isFirst = await redis.hsetnx(keys.restored, "backupAt", about.backupAt);
  if (isFirst === 0) throw new Refused("another restore into this Redis has begun");
  await redis.hset(keys.restored, { file: about.file, state: "loading" });
}

/** @param at milliseconds of the ledger's time */
export async function endRestore({ redis, keys }: Store, at: number): Promise<void> {
  await redis.hset(keys.restored, { state: "done", at });
}

/** When the backup was made from which this fleet was restored, and which accounts were compared since; undefined where nothing waits for that. */
export async function findFleetRestored({
  redis,
  keys,
}: Store): Promise<{ backupAt: string; at: number; isLoading: boolean; compared: Set<string> } | undefined> {
  const { backupAt, state, at, ...rest } = await redis.hgetall(keys.restored);
  if (backupAt === undefined) return undefined;
  const compared = Object.keys(rest).flatMap((field) => (field.startsWith("compared:") ? [field.slice(9)] : []));
  return { backupAt, at: Number(at ?? 0), isLoading: state !== "done", compared: new Set(compared) };
}

/** Notes that an account was compared; lifts the fleet's mark behind the last one. Answers which accounts are left. */
export async function noteCompared(store: Store, account: string, all: readonly string[]): Promise<string[]> {
  const { redis, keys } = store;
  const fleet = await findFleetRestored(store);
  if (!fleet) return [];
  await redis.hset(keys.restored, `compared:${account}`, new Date().toISOString());
  const left = all.filter((each) => each !== account && !fleet.compared.has(each));
  if (left.length === 0) await redis.del(keys.restored);
  return left;
}

/**
 * Asked before anything is bought. One account alone proves nothing: an order may have been bought on another one.
 * @throws Refused `ledger-frozen` while an account was not compared since the restore
 */
export async function mustBeCompared(store: Store): Promise<void> {
  const fleet = await findFleetRestored(store);
  if (!fleet) return;
  throw new Refused(
    `The fleet was restored from the backup of ${fleet.backupAt}, and what was bought since is not known yet. ` +
      "See docs/howto/backup-and-restore.md, then for each account: certfleet ledger thaw.",
    { code: "ledger-frozen" },
  );
}
