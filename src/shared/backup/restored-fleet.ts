// The mark of a fleet that was restored from a backup: which accounts were compared with eNom since. While it stands, nothing
// is bought, nothing is changed at eNom, no policy acts, and no mail goes to a customer.
import { z } from "zod";
import type { Clock } from "../base/clock.ts";
import { Unavailable } from "../base/errors.ts";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";

export type RestoredStore = { redis: RedisClient; keys: Keys };

export interface RestoredFleet {
  /** When the backup was made, RFC 3339. */
  backupAt: string;
  /** When the restore ended, milliseconds of the ledger's time; 0 before. */
  at: number;
  isLoading: boolean;
  /** Accounts that the backup has a ledger or a journal of, also where certfleet.yaml has them no more. */
  accounts: string[];
  /** Accounts that were compared since, or that a person said a reason for. */
  compared: Set<string>;
}

const COMPARED = "compared:";
const ACCOUNT = "account:";
const WAIVED = "waived:";

/** Undefined where nothing waits for a comparison. One question to Redis. */
export async function findFleetRestored({ redis, keys }: RestoredStore): Promise<RestoredFleet | undefined> {
  const fields = await redis.hgetall(keys.restored);
  const { backupAt, state, at } = fields;
  if (backupAt === undefined) return undefined;
  const behind = (start: string): string[] =>
    Object.keys(fields).flatMap((field) => (field.startsWith(start) ? [field.slice(start.length)] : []));
  const compared = new Set(behind(COMPARED));
  return { backupAt, at: Number(at ?? 0), isLoading: state !== "done", accounts: behind(ACCOUNT).sort(), compared };
}

/** Those that must be compared before anything goes on: of the backup, and of certfleet.yaml. */
export function leftToCompare({ accounts, compared }: RestoredFleet, configured: readonly string[]): string[] {
  return [...new Set([...configured, ...accounts])].filter((id) => !compared.has(id)).sort();
}

const waiver = z.object({ reason: z.string(), at: z.string(), backupAt: z.string() });
/** What a person said instead of a comparison. */
export type Waiver = z.infer<typeof waiver>;

/** Kept until the account is compared after all: its ledger stays frozen as long. */
export async function findWaived({ redis, keys }: RestoredStore): Promise<(Waiver & { account: string })[]> {
  const fields = Object.entries(await redis.hgetall(keys.restored));
  return fields.flatMap(([field, text]) =>
    field.startsWith(WAIVED) ? [{ account: field.slice(WAIVED.length), ...waiver.parse(JSON.parse(text)) }] : [],
  );
}

/** @param at milliseconds of the ledger's time */
export async function endRestore(
  { redis, keys }: RestoredStore,
  { at, accounts }: { at: number; accounts: readonly string[] },
): Promise<void> {
  const marks = Object.fromEntries(accounts.map((id) => [`${ACCOUNT}${id}`, "1"]));
  await redis.hset(keys.restored, { state: "done", at, ...marks });
}

/** Notes that an account was compared. Lifts the mark behind the last one. Answers which accounts are left. */
export async function noteCompared(
  store: RestoredStore,
  account: string,
  { configured, clock }: { configured: readonly string[]; clock: Clock },
): Promise<string[]> {
  const { redis, keys } = store;
  await redis.hdel(keys.restored, `${WAIVED}${account}`);
  return noteDone(store, account, { configured, clock });
}

/**
 * A person states why an account is not compared that certfleet.yaml has no more. What was bought on it since the backup
 * stays unknown, and its ledger stays frozen.
 */
export async function noteWaived(
  store: RestoredStore,
  account: string,
  { reason, configured, clock }: { reason: string; configured: readonly string[]; clock: Clock },
): Promise<string[]> {
  const { redis, keys } = store;
  const fleet = await findFleetRestored(store);
  if (!fleet) return [];
  const said: Waiver = { reason, at: clock.now().toISOString(), backupAt: fleet.backupAt };
  await redis.hset(keys.restored, `${WAIVED}${account}`, JSON.stringify(said));
  return noteDone(store, account, { configured, clock });
}

/** A crash between the two writes leaves the mark: the last account is thawed once more. */
async function noteDone(
  store: RestoredStore,
  account: string,
  { configured, clock }: { configured: readonly string[]; clock: Clock },
): Promise<string[]> {
  const { redis, keys } = store;
  const fleet = await findFleetRestored(store);
  if (!fleet) return [];
  await redis.hset(keys.restored, `${COMPARED}${account}`, clock.now().toISOString());
  const left = leftToCompare(fleet, configured).filter((each) => each !== account);
  if (left.length > 0) return left;
  const over = (await redis.hkeys(keys.restored)).filter((field) => !field.startsWith(WAIVED));
  await redis.hdel(keys.restored, ...over);
  return [];
}

/**
 * Asked before anything is bought, and before each command that changes something at eNom. One account alone proves nothing: an
 * order may have been bought on another one, or its slot been given away.
 * @throws Unavailable `ledger-frozen` while an account was not compared since the restore; nothing was sent
 */
export async function mustBeCompared(store: RestoredStore): Promise<void> {
  const fleet = await findFleetRestored(store);
  if (!fleet) return;
  throw new Unavailable(
    `The fleet was restored from the backup of ${fleet.backupAt}, and what happened at eNom since is not known yet. ` +
      "See docs/howto/backup-and-restore.md, then for each account: certfleet ledger thaw.",
    { code: "ledger-frozen" },
  );
}

/** As a state of the fleet: what is held, and what ends it. */
export function restoredText(fleet: RestoredFleet): { code: "ledger-frozen"; message: string; next: string } {
  const left = leftToCompare(fleet, []);
  const which =
    left.length > 0
      ? `these accounts were compared with eNom: ${left.join(", ")}`
      : "all accounts were compared with eNom";
  const commands = (left.length > 0 ? left : ["ACCOUNT"]).map(
    (id) => `certfleet ledger thaw ${id} --reason "restored"`,
  );
  return {
    code: "ledger-frozen",
    message: `The fleet was restored from the backup of ${fleet.backupAt}. Nothing is bought, nothing is changed at eNom, no policy acts, and mails to customers wait, until ${which}.`,
    next: `Cancel again what was cancelled since the backup: eNom shows only what it has refunded, and the rest would be bought or renewed again. Then: ${commands.join("; ")}. See docs/howto/backup-and-restore.md#restore`,
  };
}
