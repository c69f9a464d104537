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
