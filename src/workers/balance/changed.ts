// What certfleet.yaml says of an account may free orders that wait for money, as money does: each take-over is counted,
// until they were enqueued.
import type { RedisClient } from "../../shared/redis/client.ts";
import type { Keys } from "../../shared/redis/keys.ts";
import type { Accounts } from "../accounts/accounts.ts";
import { type AskNeeds, askForCheck, noteLost } from "./ask.ts";

interface ChangeNeeds {
  redis: RedisClient;
  keys: Pick<Keys, "account">;
}

/**
 * `taken`: how often a process began to work with a version of the file. `rung`: for how many of these the orders were.
 */
export interface Changes {
  taken: number;
  rung: number;
}

/**
 * For each process that works with the accounts, when it has taken a version over: an order that was enqueued for
 * another process's may have been looked at by this one, with the version before. A login that was corrected is used at
 * once, too. Never throws.
 */
export async function takeOver(accounts: Accounts, needs: ChangeNeeds & AskNeeds): Promise<void> {
  for (const { entry } of accounts.all) {
    if (!entry.enabled) continue;
    const { id } = entry;
    try {
      await needs.redis.hincrby(needs.keys.account(id), "taken", 1);
      await askForCheck(id, needs);
    } catch (err) {
      noteLost(id, err, needs);
    }
  }
}

/** To be read before the account's settings are: those are then at least as new. */
export async function changesOf(account: string, { redis, keys }: ChangeNeeds): Promise<Changes> {
  const [taken, rung] = await redis.hmget(keys.account(account), "taken", "rung");
  return { taken: Number(taken ?? 0), rung: Number(rung ?? 0) };
}

/** The orders were enqueued for all that was taken over by then. */
export async function noteRung(account: string, { taken }: Changes, { redis, keys }: ChangeNeeds): Promise<void> {
  await redis.hset(keys.account(account), "rung", taken);
}
