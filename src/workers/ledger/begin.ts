// Begins a purchase (rules 4, 5, 6): at most one open attempt an order, the pool first, never more in the air than allowed.
import type { RedisClient } from "../../shared/certificates.ts";
import type { Keys } from "../../shared/keys.ts";
import { moneyUnits } from "../../shared/money.ts";
import { type AttemptState, type Exposure, type Intent, slotClass } from "./attempt.ts";

/** A slot bought too many is used for a new order only while its term is young. */
const POOL_AGE_MS = 7 * 86_400_000;

/** Lua: how many attempts of a class are in the air and how much money is, or why one more would be too much. */
export const EXPOSURE = `
local function exposure(unsettled, class, price, most, money)
  local count, sum = 0, 0
  for _, entry in ipairs(redis.call('HVALS', unsettled)) do
    local c, p = string.match(entry, '^(.*)|(%d+)$')
    if c == class then count = count + 1 end
    sum = sum + tonumber(p)
  end
  if count >= tonumber(most) then return 'too-many' end
  if sum + tonumber(price) > tonumber(money) then return 'too-much' end
  return nil
end`;

/**
 * KEYS certificate, held, owner, version, unsettled, pool of the class, newest attempt, next attempt.
 * ARGV reference, number of the newest attempt, class, price (units), most unsettled, most money (units), pool age (ms),
 * account, service, years, price, balance, newest order id.
 */
const BEGIN = `${EXPOSURE}
local ref, class = ARGV[1], ARGV[3]
local slot = redis.call('HGET', KEYS[2], ref)
if slot then return { 'holds', slot } end
local state = redis.call('HGET', KEYS[1], 'state') or 'none'
if state ~= 'APPROVED' and state ~= 'BUYING' then return { 'wrong-state', state } end
if redis.call('HGET', KEYS[1], 'attempt') ~= ARGV[2] then return { 'changed' } end
local newest = redis.call('HGET', KEYS[7], 'state')
if newest == 'SENDING' or newest == 'UNKNOWN' or newest == 'PARKED' then return { 'in-doubt', newest } end
if newest == 'PREPARED' then redis.call('HSET', KEYS[7], 'state', 'VOID') end
local t = redis.call('TIME')
local now = tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000)
for _, spare in ipairs(redis.call('ZRANGE', KEYS[6], now - ARGV[7], '+inf', 'BYSCORE')) do
  redis.call('ZREM', KEYS[6], spare)
  if redis.call('HGET', KEYS[3], spare) == 'POOL' then
    redis.call('HSET', KEYS[3], spare, ref)
    redis.call('HSET', KEYS[2], ref, spare)
    redis.call('HINCRBY', KEYS[4], class, 1)
    return { 'from-pool', spare }
  end
end
local full = exposure(KEYS[5], class, ARGV[4], ARGV[5], ARGV[6])
if full then return { full } end
redis.call('HSET', KEYS[8], 'state', 'PREPARED', 'slotClass', class, 'preparedAt', now, 'account', ARGV[8], 'service', ARGV[9],
  'years', ARGV[10], 'price', ARGV[11], 'balance', ARGV[12], 'newestOrderId', ARGV[13])
redis.call('HSET', KEYS[1], 'state', 'BUYING')
redis.call('HINCRBY', KEYS[1], 'attempt', 1)
return { 'prepared' }`;

export type Begun =
  | { kind: "prepared"; number: number }
  /** The order has a slot already, or was given a spare one: configure it. */
  | { kind: "holds"; certId: number }
  | { kind: "from-pool"; certId: number }
  /** An earlier attempt may have bought: reconcile, never send. */
  | { kind: "in-doubt"; state: AttemptState }
  | { kind: "too-many" }
  | { kind: "too-much" }
  | { kind: "wrong-state"; state: string }
  | { kind: "changed" };

/** Prepares attempt `newest + 1`, or says what is to be done instead. A crash right behind it costs nothing: the next run voids it. */
export async function begin(
  { redis, keys }: { redis: RedisClient; keys: Keys },
  intent: Intent,
  { newest, exposure }: { newest: number; exposure: Exposure },
): Promise<Begun> {
  const { reference, account, service, years, price, balance, newestOrderId } = intent;
  const { ledger } = keys;
  const kind = slotClass(service, years);
  const [code, detail] = (await redis.eval(
    BEGIN,
    8,
    keys.certificate(reference),
    ledger.held(account),
    ledger.owner(account),
    ledger.version(account),
    ledger.unsettled(account),
    ledger.pool(account, kind),
    ledger.attempt(reference, newest),
    ledger.attempt(reference, newest + 1),
    ...[
      reference,
      newest,
      kind,
      moneyUnits(price),
      exposure.maxUnsettled,
      moneyUnits(exposure.maxUnsettledMoney),
      POOL_AGE_MS,
    ],
    ...[account, service, years, price, balance, newestOrderId],
  )) as [Begun["kind"], string?];
  if (code === "prepared") return { kind: code, number: newest + 1 };
  if (code === "holds" || code === "from-pool") return { kind: code, certId: Number(detail) };
  if (code === "in-doubt") return { kind: code, state: detail as AttemptState };
  if (code === "wrong-state") return { kind: code, state: detail ?? "" };
  return { kind: code };
}
