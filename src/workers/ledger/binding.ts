// A ledger belongs to one login at one eNom host: sandbox and live, or two resellers, can never meet under one account id.
import type { RedisClient } from "../../shared/certificates.ts";
import type { Keys } from "../../shared/keys.ts";

/** KEYS binding. ARGV host and user. Answers whom the account is bound to, binding it at first use. */
const BIND = `
redis.call('SETNX', KEYS[1], ARGV[1])
return redis.call('GET', KEYS[1])`;

/** Whether this login is the one that the account's ledger was first used with. */
export async function isBoundTo(
  { redis, keys }: { redis: RedisClient; keys: Keys },
  account: { id: string; apiUrl: string; username: string },
): Promise<boolean> {
  const login = `${new URL(account.apiUrl).hostname} ${account.username.toLowerCase()}`;
  return (await redis.eval(BIND, 1, keys.ledger.binding(account.id), login)) === login;
}
