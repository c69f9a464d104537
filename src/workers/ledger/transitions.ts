// The order's moves behind the purchase (rules 14, 15) and those that a person decides (rule 16), each one compare-and-set.
import { type Intent, slotClass } from "./attempt.ts";
import type { LedgerContext } from "./context.ts";
import { type Script, step } from "./script.ts";

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

/** K certificate, owner, held. A reference, slot, from states, to state, CSR hash or empty. I6: only the slot's owner configures it. */
const move = (name: string, whenFrozen: Script["whenFrozen"]): Script => ({
  name,
  whenFrozen,
  lua: `
local state, from = redis.call('HGET', K[1], 'state') or 'none', false
for s in string.gmatch(A[3], '%S+') do if s == state then from = true end end
if not from then return answer(state) end
if redis.call('HGET', K[2], A[2]) ~= A[1] or redis.call('HGET', K[3], A[1]) ~= A[2] then return answer('not the owner') end
if state ~= A[4] then write('HSET', K[1], 'state', A[4]) end
if A[5] ~= '' and redis.call('HGET', K[1], 'configuredCsr') ~= A[5] then write('HSET', K[1], 'configuredCsr', A[5]) end
return answer('ok')`,
});
const CONFIGURE = move("configure", "refused");
const CONFIGURED = move("configured", "goes-on");
const REOPEN = move("reopen", "goes-on");

async function take(
  place: LedgerContext,
  script: Script,
  { slot, from, to, csrHash = "" }: { slot: Slot; from: string; to: string; csrHash?: string },
): Promise<string> {
  const { keys } = place.ledger;
  const { reference, account, certId } = slot;
  const { code } = await step(place, script, {
    ...{ account, reference },
    keys: [keys.certificate(reference), keys.ledger.owner(account), keys.ledger.held(account)],
    args: [reference, certId, from, to, csrHash],
  });
  return code;
}

/** OWNED → CONFIGURING, noting which CSR is about to be stored. Again from CONFIGURING: the earlier run died in between. */
export function startConfiguring(place: LedgerContext, slot: Slot, csrHash: string): Promise<string> {
  return take(place, CONFIGURE, { slot, from: "OWNED CONFIGURING", to: "CONFIGURING", csrHash });
}

export function endConfiguring(place: LedgerContext, slot: Slot): Promise<string> {
  return take(place, CONFIGURED, { slot, from: "CONFIGURING", to: "CONFIGURED" });
}

/** The approver refused, or a person cleared the slot at eNom: it is configured anew. */
export function reopenConfiguration(place: LedgerContext, slot: Slot): Promise<string> {
  return take(place, REOPEN, { slot, from: "CONFIGURING CONFIGURED", to: "OWNED" });
}

/**
 * K certificate, attempt, parked, abandoned. A exposure field, reason, attempt number, decision.
 * A decision that was carried out is kept by its name: found again, after a crash or by a second run, it does nothing more.
 * The attempt counts among the abandoned: should its slot turn up after all, nobody else is suspected of having bought it (rule 13).
 */
const BUY_AGAIN: Script = {
  name: "buy-again",
  whenFrozen: "goes-on",
  lua: `
if redis.call('HGET', K[1], 'decision') == A[4] then return answer('ok') end
local state = redis.call('HGET', K[1], 'state') or 'none'
if state ~= 'PARKED' then return answer(state) end
if redis.call('HGET', K[1], 'attempt') ~= A[3] then return answer('changed') end
if redis.call('HGET', K[2], 'state') == 'PARKED' then write('HSET', K[2], 'state', 'REJECTED', 'reason', A[2], 'evidence', A[2]) end
local entry = redis.call('HGET', K[3], A[1])
if entry then
  write('HDEL', K[3], A[1])
  write('HSET', K[4], A[1], entry)
end
write('HSET', K[1], 'state', 'BUYING', 'decision', A[4])
return answer('ok')`,
};

/**
 * A person decided that nothing was bought, or that the money came back: the order may buy once more. `id` names this one
 * decision, about attempt `number` alone.
 */
export async function buyAgain(
  place: LedgerContext,
  { reference, account, number }: Newest,
  { id, reason }: { id: string; reason: string },
): Promise<string> {
  const { keys } = place.ledger;
  const { code } = await step(place, BUY_AGAIN, {
    ...{ account, reference },
    keys: [
      ...[keys.certificate(reference), keys.ledger.attempt(reference, number)],
      ...[keys.ledger.parked(account), keys.ledger.abandoned(account)],
    ],
    args: [`${reference}#${number}`, reason, number, id],
  });
  return code;
}

/** K certificate, owner, held, version. A reference, slot, class. */
const REFUNDED: Script = {
  name: "refunded",
  whenFrozen: "goes-on",
  lua: `
if redis.call('HGET', K[3], A[1]) ~= A[2] then return answer('not the owner') end
write('HSET', K[2], A[2], 'REFUNDED')
write('HDEL', K[3], A[1])
raise(K[4], A[3])
write('HDEL', K[1], 'certId')
local list = cjson.decode(redis.call('HGET', K[1], 'purchases') or '[]')
for _, purchase in ipairs(list) do
  if string.format('%.0f', purchase.certId) == A[2] then purchase.refunded = true end
end
if #list > 0 then write('HSET', K[1], 'purchases', cjson.encode(list)) end
if redis.call('HGET', K[1], 'state') ~= 'CANCELLED' then write('HSET', K[1], 'state', 'PARKED') end
return answer('ok')`,
};

/** Rule 15: eNom shows the slot as refunded (status 7 or 8): it is nobody's any more, and the order waits for a person. */
export async function refundSeen(
  place: LedgerContext,
  { reference, account, certId, service, years }: Slot & { service: string; years: number },
): Promise<string> {
  const { keys } = place.ledger;
  const { code } = await step(place, REFUNDED, {
    ...{ account, reference },
    keys: [
      ...[keys.certificate(reference), keys.ledger.owner(account)],
      ...[keys.ledger.held(account), keys.ledger.version(account)],
    ],
    args: [reference, certId, slotClass(service, years)],
  });
  return code;
}

/**
 * K certificate, newest attempt, owner, held, version, parked, abandoned, pool. A reference, attempt's number, class, exposure field.
 * A purchase in the air is waited for: only then is known what is cancelled. Rule 15: an untouched slot is given back to the pool.
 */
const CANCEL: Script = {
  name: "cancel",
  whenFrozen: "goes-on",
  lua: `
local state = redis.call('HGET', K[1], 'state')
if state == 'CANCELLED' then return answer('ok') end
if redis.call('HGET', K[1], 'attempt') ~= A[2] then return answer('changed') end
local attempt = redis.call('HGET', K[2], 'state')
if attempt == 'SENDING' or attempt == 'UNKNOWN' then return answer('in-doubt') end
if attempt == 'PREPARED' then write('HSET', K[2], 'state', 'VOID') end
local slot = redis.call('HGET', K[4], A[1])
if slot and (state == 'APPROVED' or state == 'BUYING' or state == 'OWNED') then
  write('HDEL', K[4], A[1])
  write('HSET', K[3], slot, 'POOL')
  write('ZADD', K[8], redis.call('HGET', K[1], 'slotAt') or now, slot)
  raise(K[5], A[3])
  write('HDEL', K[1], 'certId')
end
local entry = redis.call('HGET', K[6], A[4])
if entry then
  write('HDEL', K[6], A[4])
  write('HSET', K[7], A[4], entry)
end
write('HSET', K[1], 'state', 'CANCELLED')
return answer('ok')`,
};

/** KEYS certificate. Before the first attempt and the first slot an order has no part in any account's ledger. */
const CANCEL_UNTOUCHED = `
local order = redis.call('HMGET', KEYS[1], 'state', 'attempt', 'purchases')
if order[1] == 'CANCELLED' then return 1 end
if order[1] ~= 'APPROVED' or order[2] ~= '0' or (order[3] or '[]') ~= '[]' then return 0 end
redis.call('HSET', KEYS[1], 'state', 'CANCELLED')
return 1`;

/** Nothing more is bought, configured or reissued. What was configured stays the order's own; what was parked keeps its exposure. */
export async function cancelOrder(
  place: LedgerContext,
  { reference, account, number }: Omit<Newest, "account"> & { account: string | null },
  { service, years }: Pick<Intent, "service" | "years">,
): Promise<string> {
  const { redis, keys } = place.ledger;
  const { ledger } = keys;
  if ((await redis.eval(CANCEL_UNTOUCHED, 1, keys.certificate(reference))) === 1) return "ok";
  if (account === null) return "changed";
  const kind = slotClass(service, years);
  const { code } = await step(place, CANCEL, {
    ...{ account, reference },
    keys: [
      ...[keys.certificate(reference), ledger.attempt(reference, number), ledger.owner(account), ledger.held(account)],
      ...[ledger.version(account), ledger.parked(account), ledger.abandoned(account), ledger.pool(account, kind)],
    ],
    args: [reference, number, kind, `${reference}#${number}`],
  });
  return code;
}

/** K certificate, newest attempt, held. A reference, the attempt's number. */
const REFUSE: Script = {
  name: "refuse",
  whenFrozen: "goes-on",
  lua: `
local state = redis.call('HGET', K[1], 'state')
if state ~= 'APPROVED' and state ~= 'BUYING' then return answer(state) end
if redis.call('HGET', K[1], 'attempt') ~= A[2] then return answer('changed') end
if redis.call('HEXISTS', K[3], A[1]) == 1 then return answer('holds') end
local attempt = redis.call('HGET', K[2], 'state')
if attempt == 'SENDING' or attempt == 'UNKNOWN' then return answer('in-doubt') end
if attempt == 'PREPARED' then write('HSET', K[2], 'state', 'VOID') end
write('HSET', K[1], 'state', 'REFUSED')
return answer('ok')`,
};

/** eNom does not sell this: the order ends, unless another run has bought or is buying meanwhile. */
export async function refuseOrder(place: LedgerContext, { reference, account, number }: Newest): Promise<string> {
  const { keys } = place.ledger;
  const { code } = await step(place, REFUSE, {
    ...{ account, reference },
    keys: [keys.certificate(reference), keys.ledger.attempt(reference, number), keys.ledger.held(account)],
    args: [reference, number],
  });
  return code;
}
