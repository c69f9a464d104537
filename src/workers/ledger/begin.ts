// Begins a purchase (rules 4, 5, 6): at most one open attempt an order, the pool first, never more in the air than allowed.
import { type AttemptState, type Intent, slotClass } from "./attempt.ts";
import { type LedgerContext, ledgerNow } from "./context.ts";
import { LIMITS, type Limits, limitsArgument, type TooMuch } from "./limits.ts";
import { type Script, step } from "./script.ts";

/** A slot bought too many is used for a new order only while its term is young. */
export const POOL_AGE_MS = 7 * 86_400_000;

/**
 * K certificate, held, owner, version, unsettled, spent, pool of the class, newest attempt, next attempt.
 * A reference, number of the newest attempt, class, limits, pool age (ms), `spares only` or empty, now (RFC 3339), then the
 * attempt's fields and values. Account, years and
 * price are facts of the order from here on: a record that is older than the ledger is completed from them.
 */
const BEGIN: Script = {
  name: "begin",
  whenFrozen: "refused",
  lua: `${LIMITS}
local ref, class = A[1], A[3]
local function bind()
  for i = 8, #A, 2 do
    if A[i] == 'account' or A[i] == 'years' or A[i] == 'price' then write('HSET', K[1], A[i], A[i + 1]) end
  end
end
local slot = redis.call('HGET', K[2], ref)
if slot then return answer('holds', slot) end
local state = redis.call('HGET', K[1], 'state') or 'none'
if state ~= 'APPROVED' and state ~= 'BUYING' then return answer('wrong-state', state) end
if redis.call('HGET', K[1], 'attempt') ~= A[2] then return answer('changed') end
local newest = redis.call('HGET', K[8], 'state')
if newest == 'SENDING' or newest == 'UNKNOWN' or newest == 'PARKED' then return answer('in-doubt', newest) end
local spares = redis.call('ZRANGE', K[7], now - A[5], '+inf', 'BYSCORE', 'WITHSCORES')
for i = 1, #spares, 2 do
  local spare = spares[i]
  write('ZREM', K[7], spare)
  if redis.call('HGET', K[3], spare) == 'POOL' then
    if newest == 'PREPARED' then write('HSET', K[8], 'state', 'VOID') end
    write('HSET', K[3], spare, ref)
    write('HSET', K[2], ref, spare)
    local list = redis.call('HGET', K[1], 'purchases') or '[]'
    local purchase = '{"certId":' .. spare .. ',"orderId":null,"at":"' .. A[7] .. '","years":' .. string.match(class, '/(%d+)/%d+$') .. '}]'
    write('HSET', K[1], 'state', 'OWNED', 'certId', spare, 'slotAt', spares[i + 1],
      'purchases', string.sub(list, 1, -2) .. (list == '[]' and '' or ',') .. purchase)
    raise(K[4], class)
    bind()
    return answer('from-pool', spare)
  end
end
if A[6] ~= '' then return answer('changed') end
local full = tooMuch(K[5], K[6], class, cjson.decode(A[4]))
if full then return answer(full) end
if newest == 'PREPARED' then write('HSET', K[8], 'state', 'VOID') end
local fields = { 'HSET', K[9], 'state', 'PREPARED', 'slotClass', class, 'preparedAt', now }
for i = 8, #A do fields[#fields + 1] = A[i] end
write(unpack(fields))
write('HSET', K[1], 'state', 'BUYING', 'attempt', A[2] + 1)
bind()
return answer('prepared')`,
};

export type Begun =
  | { kind: "prepared"; number: number }
  /** The order has a slot already, or was given a spare one: configure it. */
  | { kind: "holds"; certId: number }
  | { kind: "from-pool"; certId: number }
  /** An earlier attempt may have bought: reconcile, never send. */
  | { kind: "in-doubt"; state: AttemptState }
  | { kind: TooMuch }
  | { kind: "wrong-state"; state: string }
  | { kind: "changed" };

/** Whether a young spare slot of the class waits (rule 6): then neither money nor room is needed. `begin` decides. */
export async function hasUnusedSlot(
  place: LedgerContext,
  { account, service, years }: Pick<Intent, "account" | "service" | "years">,
): Promise<boolean> {
  const { redis, keys } = place.ledger;
  const since = (await ledgerNow(place)) - POOL_AGE_MS;
  return (await redis.zcount(keys.ledger.pool(account, slotClass(service, years)), since, "+inf")) > 0;
}

/**
 * Gives the order a spare slot, or prepares attempt `newest + 1` unless `sparesOnly`, or says what is to be done instead. A crash
 * right behind it costs nothing: the next run voids what was prepared, or configures what the order now owns.
 */
export async function beginAttempt(
  place: LedgerContext,
  intent: Intent,
  { newest, limits, at, sparesOnly = false }: { newest: number; limits: Limits; at: Date; sparesOnly?: boolean },
): Promise<Begun> {
  const { reference, account, service, years, ...money } = intent;
  const { keys } = place.ledger;
  const { ledger } = keys;
  const kind = slotClass(service, years);
  const fields = Object.entries({ account, service, years, ...money }).flat();
  const { code, details } = await step(place, BEGIN, {
    ...{ account, reference },
    keys: [
      keys.certificate(reference),
      ...[ledger.held(account), ledger.owner(account), ledger.version(account)],
      ...[ledger.unsettled(account), ledger.spent(account), ledger.pool(account, kind)],
      ...[ledger.attempt(reference, newest), ledger.attempt(reference, newest + 1)],
    ],
    args: [
      ...[reference, newest, kind, limitsArgument(place, limits, intent.price), POOL_AGE_MS],
      ...[sparesOnly ? "only" : "", at.toISOString(), ...fields],
    ],
  });
  const [detail = ""] = details;
  switch (code as Begun["kind"]) {
    case "prepared":
      return { kind: "prepared", number: newest + 1 };
    case "holds":
    case "from-pool":
      return { kind: code as "holds", certId: Number(detail) };
    case "in-doubt":
      return { kind: "in-doubt", state: detail as AttemptState };
    case "wrong-state":
      return { kind: "wrong-state", state: detail };
    default:
      return { kind: code as TooMuch | "changed" };
  }
}
