// Whether an account only observes (`mode: observe`): it reads and plans, and nothing is bought, changed or mailed. Once it
// was seen to observe, another mode in certfleet.yaml has no effect until a person confirmed it: a slip in a file buys nothing.
import { Unavailable } from "../../base/errors.ts";
import type { AccountEntry } from "../../config/fleet-file.ts";
import type { RedisClient } from "../../redis/client.ts";
import type { Keys } from "../../redis/keys.ts";

export interface ShadowStore {
  redis: RedisClient;
  keys: Keys;
}

type Moded = { id: string; mode: AccountEntry["mode"] | string };

/** Since when, RFC 3339; null for an account that never observed, or that a person let go live. */
export function observedSince({ redis, keys }: ShadowStore, account: string): Promise<string | null> {
  return redis.get(keys.observed(account));
}

/** Kept from its first sight on. */
export async function noteObserved({ redis, keys }: ShadowStore, account: string, at: Date): Promise<void> {
  await redis.set(keys.observed(account), at.toISOString(), "NX");
}

/** `observe`: by the file. `held`: the file says otherwise since, and nobody has confirmed it. */
export async function observing(store: ShadowStore, { id, mode }: Moded): Promise<"observe" | "held" | null> {
  if (mode === "observe") return "observe";
  return (await observedSince(store, id)) === null ? null : "held";
}

/** The sentence that people read in its place. */
export function observesText(account: string, state: "observe" | "held"): string {
  return state === "observe"
    ? `Account ${account} only observes (mode: observe): nothing is bought, nothing is changed at eNom, and no customer gets a mail.`
    : `Account ${account} has observed until now. Its new mode in certfleet.yaml has no effect before a person confirms it: certfleet account live ${account}`;
}

/**
 * Asked before anything is bought, changed at eNom or mailed to a customer.
 * @throws Unavailable `account-observes`; nothing was sent
 */
export async function mustBeLive(store: ShadowStore, account: Moded): Promise<void> {
  const state = await observing(store, account);
  if (state) throw new Unavailable(observesText(account.id, state), { code: "account-observes" });
}

/** A person has confirmed that it buys and changes from now on. False where it did not observe. */
export async function endObserving({ redis, keys }: ShadowStore, account: string): Promise<boolean> {
  return (await redis.del(keys.observed(account))) === 1;
}
