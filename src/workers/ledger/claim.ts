// Whose slot it is (rule 12): the claim is two-way and atomic over `owner` and `held`.
import type { RedisClient } from "../../shared/certificates.ts";
import type { Keys } from "../../shared/keys.ts";
import { type AttemptState, slotClass } from "./attempt.ts";

/**
 * KEYS certificate, attempt, owner, held, version, unsettled, parked, pool of the class.
 * ARGV reference, slot, class, states of the attempt to claim from (space separated), exposure field, purchase JSON, order id or empty.
 * A unique constraint on the slot alone would let one order take two; hence both maps, always together.
 */
const CLAIM = `
local ref, slot, class = ARGV[1], ARGV[2], ARGV[3]
local at, mine = redis.call('HGET', KEYS[3], slot), redis.call('HGET', KEYS[4], ref)
local function settle()
  if redis.call('EXISTS', KEYS[2]) == 0 then return end
  redis.call('HSET', KEYS[2], 'state', 'OWNED', 'certId', slot)
  if ARGV[7] ~= '' then redis.call('HSET', KEYS[2], 'orderId', ARGV[7]) end
  redis.call('HDEL', KEYS[6], ARGV[5])
  redis.call('HDEL', KEYS[7], ARGV[5])
end
local function own()
  local state = redis.call('HGET', KEYS[1], 'state')
  if redis.call('HGET', KEYS[1], 'certId') ~= slot then
    local list = redis.call('HGET', KEYS[1], 'purchases')
    local comma = list == '[]' and '' or ','
    redis.call('HSET', KEYS[1], 'certId', slot, 'purchases', string.sub(list, 1, -2) .. comma .. ARGV[6] .. ']')
  end
  if state == 'APPROVED' or state == 'BUYING' or state == 'PARKED' then redis.call('HSET', KEYS[1], 'state', 'OWNED') end
end
if mine == slot and at == ref then own() settle() return { 'ok' } end
if mine and redis.call('HGET', KEYS[2], 'certId') == slot then return { 'holds-another', mine } end
local state, from = redis.call('HGET', KEYS[2], 'state') or 'none', false
for s in string.gmatch(ARGV[4], '%S+') do if s == state then from = true end end
if not from then return { 'wrong-state', state } end
if mine then
  if not at then
    local t = redis.call('TIME')
    redis.call('HSET', KEYS[3], slot, 'POOL')
    redis.call('ZADD', KEYS[8], t[1] .. '000', slot)
    redis.call('HINCRBY', KEYS[5], class, 1)
  end
  settle()
  return { 'holds-another', mine }
end
if at and at ~= 'POOL' then return { 'taken', at } end
redis.call('ZREM', KEYS[8], slot)
redis.call('HSET', KEYS[3], slot, ref)
redis.call('HSET', KEYS[4], ref, slot)
redis.call('HINCRBY', KEYS[5], class, 1)
own()
settle()
return { 'ok' }`;

export type Claimed =
  | { kind: "ok" }
  /** The order has a slot already; this one went to the pool of spare slots. */
  | { kind: "holds-another"; certId: number }
  | { kind: "taken"; by: string }
  | { kind: "wrong-state"; state: string };

export interface Claim {
  reference: string;
  account: string;
  /** 0 for a slot out of the pool, which no attempt of this order bought. */
  number: number;
  certId: number;
  orderId: number | null;
  service: string;
  years: number;
  at: Date;
}

/** The slot that the order holds (rule 5): with one in hand nothing more is bought. */
export async function findHeldSlot(
  { redis, keys }: { redis: RedisClient; keys: Keys },
  { reference, account }: { reference: string; account: string },
): Promise<number | undefined> {
  const slot = await redis.hget(keys.ledger.held(account), reference);
  return slot === null ? undefined : Number(slot);
}

/** Gives the slot to the order, from an attempt in one of the named states. The same pair again is no error. */
export async function claim(
  { redis, keys }: { redis: RedisClient; keys: Keys },
  slot: Claim,
  from: readonly AttemptState[],
): Promise<Claimed> {
  const { reference, account, number, certId, orderId, service, years, at } = slot;
  const { ledger } = keys;
  const kind = slotClass(service, years);
  const [code, detail] = (await redis.eval(
    CLAIM,
    8,
    keys.certificate(reference),
    ledger.attempt(reference, number),
    ledger.owner(account),
    ledger.held(account),
    ledger.version(account),
    ledger.unsettled(account),
    ledger.parked(account),
    ledger.pool(account, kind),
    ...[reference, certId, kind, from.join(" "), `${reference}#${number}`],
    ...[JSON.stringify({ certId, orderId, at: at.toISOString() }), orderId ?? ""],
  )) as [Claimed["kind"], string?];
  if (code === "holds-another") return { kind: code, certId: Number(detail) };
  if (code === "taken") return { kind: code, by: detail ?? "" };
  if (code === "wrong-state") return { kind: code, state: detail ?? "" };
  return { kind: code };
}
