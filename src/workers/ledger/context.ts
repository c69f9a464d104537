// What the ledger's functions work on: the ledger in Redis with its second witness, the journal, and the time it goes by.

import { Refused } from "../../shared/base/errors.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import type { Keys } from "../../shared/redis/keys.ts";
import type { Journal, Mark } from "../journal/journal.ts";

/** The money facts of all accounts, with their second witness. */
export interface Ledger {
  redis: RedisClient;
  keys: Keys;
  journal: Journal;
  /** T_settle in milliseconds (rule 9). */
  settleMs: number;
  /** The clock in hand, of tests and of a sandbox with a shared clock. Left out in production: Redis TIME decides. */
  now?: () => number;
  /** The highest (epoch, seq) of each account that this process was answered with. */
  seen: Map<string, SeenMark>;
}

/** `run`: of the Redis that answered. */
export type SeenMark = Mark & { run: string };

export type LedgerContext = { ledger: Ledger };

export function isFrozen(account: string, reason: string): Refused {
  return new Refused(`Purchases of account ${account} are frozen: ${reason}`, { code: "ledger-frozen" });
}

/** The four in which an order has its slot and a slot its order: most steps of a slot name them all. */
export function slotKeys(
  { ledger: { keys } }: LedgerContext,
  { reference, account }: { reference: string; account: string },
): Record<"certificate" | "owner" | "held" | "version", string> {
  return {
    certificate: keys.certificate(reference),
    owner: keys.ledger.owner(account),
    held: keys.ledger.held(account),
    version: keys.ledger.version(account),
  };
}

/** What a script needs that tells a state of the account. */
export function toldKeys({ ledger: { keys } }: LedgerContext, account: string): Record<"troubles" | "stream", string> {
  return { troubles: keys.troubles(account), stream: keys.events };
}

/** The ledger's time, RFC 3339 UTC. */
export async function nowText(context: LedgerContext): Promise<string> {
  return new Date(await ledgerNow(context)).toISOString();
}

/** The ledger's time in milliseconds. */
export async function ledgerNow({ ledger }: LedgerContext): Promise<number> {
  if (ledger.now) return ledger.now();
  const [seconds, micros] = await ledger.redis.time();
  return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
}
