// The order's moves behind the purchase (rule 14) and those that a person decides (rule 16), each one compare-and-set.
import type { RedisClient } from "../../shared/certificates.ts";
import type { Keys } from "../../shared/keys.ts";
import { slotClass } from "./attempt.ts";

type Place = { redis: RedisClient; keys: Keys };
interface Slot {
  reference: string;
  account: string;
  certId: number;
}
/** An order with the number of its newest attempt, 0 before the first. */
interface Newest {
  reference: string;
  account: string;
  number: number;
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

/**
 * KEYS certificate, attempt, parked. ARGV exposure field, reason, attempt number, decision.
 * A decision that was carried out is kept by its name: found again, after a crash or by a second run, it does nothing more.
 */
const BUY_AGAIN = `
if redis.call('HGET', KEYS[1], 'decision') == ARGV[4] then return 'ok' end
local state = redis.call('HGET', KEYS[1], 'state') or 'none'
if state ~= 'PARKED' then return state end
if redis.call('HGET', KEYS[1], 'attempt') ~= ARGV[3] then return 'changed' end
local attempt = redis.call('HGET', KEYS[2], 'state')
if attempt == 'PARKED' then redis.call('HSET', KEYS[2], 'state', 'REJECTED', 'reason', ARGV[2]) end
redis.call('HDEL', KEYS[3], ARGV[1])
redis.call('HSET', KEYS[1], 'state', 'BUYING', 'decision', ARGV[4])
return 'ok'`;

/**
 * A person decided that nothing was bought, or that the money came back: the order may buy once more. `id` names this one
 * decision, about attempt `number` alone.
 */
export async function buyAgain(
  { redis, keys }: Place,
  order: Newest,
  { id, reason }: { id: string; reason: string },
): Promise<string> {
  const { reference, account, number } = order;
  const answer = await redis.eval(
    BUY_AGAIN,
    3,
    keys.certificate(reference),
    keys.ledger.attempt(reference, number),
    keys.ledger.parked(account),
    ...[`${reference}#${number}`, reason, number, id],
  );
  return String(answer);
}

/** KEYS certificate, owner, held, version. ARGV reference, slot, class. */
const REFUNDED = `
if redis.call('HGET', KEYS[3], ARGV[1]) ~= ARGV[2] then return 'not the owner' end
redis.call('HSET', KEYS[2], ARGV[2], 'REFUNDED')
redis.call('HDEL', KEYS[3], ARGV[1])
redis.call('HINCRBY', KEYS[4], ARGV[3], 1)
redis.call('HDEL', KEYS[1], 'certId')
if redis.call('HGET', KEYS[1], 'state') ~= 'CANCELLED' then redis.call('HSET', KEYS[1], 'state', 'PARKED') end
return 'ok'`;

/** eNom shows the slot as refunded (status 7 or 8): it is nobody's any more, and the order waits for a person. */
export async function refundSeen(
  { redis, keys }: Place,
  { reference, account, certId, service, years }: Slot & { service: string; years: number },
): Promise<string> {
  const { ledger } = keys;
  const answer = await redis.eval(
    REFUNDED,
    4,
    keys.certificate(reference),
    ledger.owner(account),
    ledger.held(account),
    ledger.version(account),
    ...[reference, certId, slotClass(service, years)],
  );
  return String(answer);
}

/** KEYS certificate, newest attempt. ARGV its number. A purchase in the air is waited for: only then is known what is cancelled. */
const CANCEL = `
if redis.call('HGET', KEYS[1], 'attempt') ~= ARGV[1] then return 'changed' end
local attempt = redis.call('HGET', KEYS[2], 'state')
if attempt == 'SENDING' or attempt == 'UNKNOWN' then return 'in-doubt' end
if attempt == 'PREPARED' then redis.call('HSET', KEYS[2], 'state', 'VOID') end
redis.call('HSET', KEYS[1], 'state', 'CANCELLED')
return 'ok'`;

/** Nothing more is bought, configured or reissued. A slot that the order holds stays its own, a parked attempt keeps its exposure. */
export async function cancelOrder({ redis, keys }: Place, reference: string, number: number): Promise<string> {
  const attempt = keys.ledger.attempt(reference, number);
  return String(await redis.eval(CANCEL, 2, keys.certificate(reference), attempt, number));
}

/** KEYS certificate, newest attempt, held. ARGV reference, the attempt's number. */
const REFUSE = `
local state = redis.call('HGET', KEYS[1], 'state')
if state ~= 'APPROVED' and state ~= 'BUYING' then return state end
if redis.call('HGET', KEYS[1], 'attempt') ~= ARGV[2] then return 'changed' end
if redis.call('HEXISTS', KEYS[3], ARGV[1]) == 1 then return 'holds' end
local attempt = redis.call('HGET', KEYS[2], 'state')
if attempt == 'SENDING' or attempt == 'UNKNOWN' then return 'in-doubt' end
if attempt == 'PREPARED' then redis.call('HSET', KEYS[2], 'state', 'VOID') end
redis.call('HSET', KEYS[1], 'state', 'REFUSED')
return 'ok'`;

/** eNom does not sell this: the order ends, unless another run has bought or is buying meanwhile. */
export async function refuseOrder({ redis, keys }: Place, { reference, account, number }: Newest): Promise<string> {
  const { ledger } = keys;
  const answer = await redis.eval(
    REFUSE,
    3,
    keys.certificate(reference),
    ledger.attempt(reference, number),
    ledger.held(account),
    ...[reference, number],
  );
  return String(answer);
}
