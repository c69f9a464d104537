// The order's moves behind the purchase (rule 14) and those that a person decides (rule 16), each one compare-and-set.
import type { RedisClient } from "../../shared/certificates.ts";
import type { Keys } from "../../shared/keys.ts";

type Place = { redis: RedisClient; keys: Keys };
interface Slot {
  reference: string;
  account: string;
  certId: number;
}

/** KEYS certificate, owner, held. ARGV reference, slot, from states, to state, CSR hash or empty. I6: only the slot's owner configures it. */
const MOVE = `
local state, from = redis.call('HGET', KEYS[1], 'state') or 'none', false
for s in string.gmatch(ARGV[3], '%S+') do if s == state then from = true end end
if not from then return state end
if redis.call('HGET', KEYS[2], ARGV[2]) ~= ARGV[1] or redis.call('HGET', KEYS[3], ARGV[1]) ~= ARGV[2] then return 'not the owner' end
redis.call('HSET', KEYS[1], 'state', ARGV[4])
if ARGV[5] ~= '' then redis.call('HSET', KEYS[1], 'configuredCsr', ARGV[5]) end
return 'ok'`;

async function move(
  { redis, keys }: Place,
  slot: Slot,
  change: { from: string; to: string; csrHash?: string },
): Promise<string> {
  const { reference, account, certId } = slot;
  const answer = await redis.eval(
    MOVE,
    3,
    keys.certificate(reference),
    keys.ledger.owner(account),
    keys.ledger.held(account),
    ...[reference, certId, change.from, change.to, change.csrHash ?? ""],
  );
  return String(answer);
}

/** OWNED → CONFIGURING, noting which CSR is about to be stored. Again from CONFIGURING: the earlier run died in between. */
export function startConfiguring(place: Place, slot: Slot, csrHash: string): Promise<string> {
  return move(place, slot, { from: "OWNED CONFIGURING", to: "CONFIGURING", csrHash });
}

export function endConfiguring(place: Place, slot: Slot): Promise<string> {
  return move(place, slot, { from: "CONFIGURING", to: "CONFIGURED" });
}

/** The approver refused, or a person cleared the slot at eNom: it is configured anew. */
export function reopenConfiguration(place: Place, slot: Slot): Promise<string> {
  return move(place, slot, { from: "CONFIGURING CONFIGURED", to: "OWNED" });
}

/** KEYS certificate, attempt, parked. ARGV exposure field, reason. */
const BUY_AGAIN = `
if redis.call('HGET', KEYS[1], 'state') ~= 'PARKED' then return redis.call('HGET', KEYS[1], 'state') or 'none' end
local attempt = redis.call('HGET', KEYS[2], 'state')
if attempt == 'PARKED' then redis.call('HSET', KEYS[2], 'state', 'REJECTED', 'reason', ARGV[2]) end
redis.call('HDEL', KEYS[3], ARGV[1])
redis.call('HSET', KEYS[1], 'state', 'BUYING')
return 'ok'`;

/** A person decided that nothing was bought, or that the money came back: the order may buy once more. */
export async function buyAgain(
  { redis, keys }: Place,
  order: { reference: string; account: string; number: number },
  reason: string,
): Promise<string> {
  const { reference, account, number } = order;
  const answer = await redis.eval(
    BUY_AGAIN,
    3,
    keys.certificate(reference),
    keys.ledger.attempt(reference, number),
    keys.ledger.parked(account),
    `${reference}#${number}`,
    reason,
  );
  return String(answer);
}

/** KEYS certificate, owner, held. ARGV reference, slot. */
const REFUNDED = `
if redis.call('HGET', KEYS[3], ARGV[1]) ~= ARGV[2] then return 'not the owner' end
redis.call('HSET', KEYS[2], ARGV[2], 'REFUNDED')
redis.call('HDEL', KEYS[3], ARGV[1])
redis.call('HDEL', KEYS[1], 'certId')
redis.call('HSET', KEYS[1], 'state', 'PARKED')
return 'ok'`;

/** eNom shows the slot as refunded (status 7 or 8): it is nobody's any more, and the order waits for a person. */
export async function refundSeen({ redis, keys }: Place, { reference, account, certId }: Slot): Promise<string> {
  const { ledger } = keys;
  const answer = await redis.eval(
    REFUNDED,
    3,
    keys.certificate(reference),
    ledger.owner(account),
    ledger.held(account),
    reference,
    certId,
  );
  return String(answer);
}

/** KEYS certificate, newest attempt. A purchase in the air is waited for: only then is known what is cancelled. */
const CANCEL = `
local attempt = redis.call('HGET', KEYS[2], 'state')
if attempt == 'SENDING' or attempt == 'UNKNOWN' then return 'in-doubt' end
if attempt == 'PREPARED' then redis.call('HSET', KEYS[2], 'state', 'VOID') end
redis.call('HSET', KEYS[1], 'state', 'CANCELLED')
return 'ok'`;

/** Nothing more is bought, configured or reissued. A slot that the order holds stays its own, a parked attempt keeps its exposure. */
export async function cancelOrder({ redis, keys }: Place, reference: string, number: number): Promise<string> {
  return String(await redis.eval(CANCEL, 2, keys.certificate(reference), keys.ledger.attempt(reference, number)));
}

/** KEYS certificate. eNom will not sell this for good, seen before any attempt was prepared. */
const REFUSE = `
local state = redis.call('HGET', KEYS[1], 'state')
if state ~= 'APPROVED' and state ~= 'BUYING' then return state end
redis.call('HSET', KEYS[1], 'state', 'REFUSED')
return 'ok'`;

/** Only with no attempt open: the caller has just seen the catalogue and begun nothing. */
export async function refuseOrder({ redis, keys }: Place, reference: string): Promise<string> {
  return String(await redis.eval(REFUSE, 1, keys.certificate(reference)));
}
