// What became of an attempt that may have been written (rule 8): not sent, rejected, unknown, parked. `claim.ts` has the fourth end: bought.
import type { RedisClient } from "../../shared/certificates.ts";
import type { Keys } from "../../shared/keys.ts";
import { exposureEntry } from "./attempt.ts";
import type { Ticket } from "./gate.ts";

type Place = { redis: RedisClient; keys: Keys };

/** KEYS certificate, attempt, unsettled. ARGV exposure field, sender, reason, order's state afterwards or empty. */
const CLOSE = `
local state = redis.call('HGET', KEYS[2], 'state')
local mine = state == 'SENDING' and redis.call('HGET', KEYS[2], 'sender') == ARGV[2]
if state ~= 'PREPARED' and not mine then return 0 end
redis.call('HSET', KEYS[2], 'state', mine and 'REJECTED' or 'VOID', 'reason', ARGV[3])
redis.call('HDEL', KEYS[3], ARGV[1])
if ARGV[4] ~= '' and redis.call('HGET', KEYS[1], 'state') == 'BUYING' then redis.call('HSET', KEYS[1], 'state', ARGV[4]) end
return 1`;

/** No byte of this ticket was written: the attempt is over and another may be prepared. */
export function notSent(place: Place, ticket: Ticket, reason: string): Promise<boolean> {
  return close(place, ticket, `not sent: ${reason}`, "");
}

/** eNom said no with one of the reviewed harmless errors. `forGood`: it will never sell this; the order ends REFUSED. */
export function rejected(place: Place, ticket: Ticket, reason: string, forGood: boolean): Promise<boolean> {
  return close(place, ticket, reason, forGood ? "REFUSED" : "");
}

async function close({ redis, keys }: Place, ticket: Ticket, reason: string, orderState: string): Promise<boolean> {
  const { intent, number, sender } = ticket;
  const { reference, account } = intent;
  const closed = await redis.eval(
    CLOSE,
    3,
    keys.certificate(reference),
    keys.ledger.attempt(reference, number),
    keys.ledger.unsettled(account),
    `${reference}#${number}`,
    sender,
    reason,
    orderState,
  );
  return closed === 1;
}

/** KEYS attempt. ARGV reason, order id or empty. From SENDING alone: a late time-out must not revive what was decided meanwhile. */
const UNKNOWN = `
if redis.call('HGET', KEYS[1], 'state') ~= 'SENDING' then return 0 end
redis.call('HSET', KEYS[1], 'state', 'UNKNOWN', 'reason', ARGV[1])
if ARGV[2] ~= '' then redis.call('HSET', KEYS[1], 'orderId', ARGV[2]) end
return 1`;

/** Whatever was neither a whole yes nor a reviewed no. The order id is kept when the answer held one. */
export async function unknown(
  { redis, keys }: Place,
  attempt: { reference: string; number: number },
  { reason, orderId }: { reason: string; orderId?: number | undefined },
): Promise<boolean> {
  const key = keys.ledger.attempt(attempt.reference, attempt.number);
  return (await redis.eval(UNKNOWN, 1, key, reason, orderId ?? "")) === 1;
}

/** KEYS certificate, attempt, unsettled, parked. ARGV exposure field, exposure entry. */
const PARK = `
if redis.call('HGET', KEYS[2], 'state') ~= 'UNKNOWN' then return 0 end
redis.call('HSET', KEYS[2], 'state', 'PARKED')
redis.call('HDEL', KEYS[3], ARGV[1])
redis.call('HSET', KEYS[4], ARGV[1], ARGV[2])
if redis.call('HGET', KEYS[1], 'state') == 'BUYING' then redis.call('HSET', KEYS[1], 'state', 'PARKED') end
return 1`;

/** Rule 16: an unknown purchase waits for a person; it keeps its exposure and leaves only by a decision with a reason. */
export async function park({ redis, keys }: Place, ticket: Omit<Ticket, "sender">): Promise<boolean> {
  const { intent, number } = ticket;
  const parked = await redis.eval(
    PARK,
    4,
    keys.certificate(intent.reference),
    keys.ledger.attempt(intent.reference, number),
    keys.ledger.unsettled(intent.account),
    keys.ledger.parked(intent.account),
    `${intent.reference}#${number}`,
    exposureEntry(intent),
  );
  return parked === 1;
}
