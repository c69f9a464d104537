// Redis as it was at an earlier moment: a backup that is restored, or an append-only file whose end is lost.
import type { Redis } from "ioredis";
import type { Keys } from "../../src/shared/redis/keys.ts";

/** Every key with its value, as Redis itself dumps it. */
export type Backup = readonly (readonly [string, Buffer])[];

const DUMP = `
local found = {}
for _, key in ipairs(redis.call('KEYS', ARGV[1])) do found[#found + 1] = { key, redis.call('DUMP', key) } end
return found`;

/** KEYS meta. ARGV pattern, then keys and values. A Redis that was started anew has another run id, hence `run` is changed. */
const RESTORE = `
for _, key in ipairs(redis.call('KEYS', ARGV[1])) do redis.call('DEL', key) end
for i = 2, #ARGV, 2 do redis.call('RESTORE', ARGV[i], 0, ARGV[i + 1]) end
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HSET', KEYS[1], 'run', 'an earlier run') end`;

export const NOTHING: Backup = [];

export async function backUp(redis: Redis, keys: Keys): Promise<Backup> {
  const found = (await redis.callBuffer("EVAL", DUMP, 0, `${keys.prefix}*`)) as [Buffer, Buffer][];
  return found.map(([key, value]) => [key.toString(), value] as const);
}

export async function restore(redis: Redis, keys: Keys, backup: Backup): Promise<void> {
  await redis.eval(RESTORE, 1, keys.ledger.meta("main"), `${keys.prefix}*`, ...backup.flat());
}
