// Whose slot it is (rule 12): the claim is two-way and atomic over `owner` and `held`.
import { type AttemptState, slotClass } from "./attempt.ts";
import type { LedgerContext } from "./context.ts";
import { IN_AIR } from "./limits.ts";
import { type Script, step } from "./script.ts";

/**
 * K certificate, attempt, owner, held, version, unsettled, parked, abandoned, pool of the class.
 * A reference, slot, class, states of the attempt to claim from (space separated), exposure field, purchase JSON, order id or
 * empty, `exact` or empty, owners that give way (space separated), T_settle (ms), a person's words or empty, number of the attempt.
 * A unique constraint on the slot alone would let one order take two; hence both maps, always together. Exact evidence ends the
 * attempt; a slot taken from the list may be another attempt's, so this one stays unsettled (COVERED) until T_settle.
 */
const CLAIM: Script = {
  name: "claim",
  whenFrozen: "refused",
  lua: `${IN_AIR}
local ref, slot, class, states, field, purchase, orderId, evidence, giveWay, settle, words, number = unpack(A)
local exact = evidence ~= ''
local at, mine = redis.call('HGET', K[3], slot), redis.call('HGET', K[4], ref)
local state = redis.call('HGET', K[2], 'state') or 'none'
local function among(list, wanted) return string.find(' ' .. list .. ' ', ' ' .. wanted .. ' ', 1, true) ~= nil end
local from = among(states, state)
local bought = redis.call('HGET', K[2], 'gateAt') or string.format('%.0f', now)
local function toPool()
  if at then return end
  write('HSET', K[3], slot, 'POOL')
  write('ZADD', K[9], bought, slot)
  raise(K[5], class)
end
local function finish()
  if not from then return end
  local entry = redis.call('HGET', K[6], field)
  local covers = not exact and entry and not settled(inAir(entry), tonumber(settle))
  write('HSET', K[2], 'state', covers and 'COVERED' or 'OWNED', 'certId', slot)
  if orderId ~= '' then write('HSET', K[2], 'orderId', orderId) end
  if words ~= '' then write('HSET', K[2], 'evidence', words) end
  if covers then write('HSET', K[6], field, string.sub(entry, 1, -2) .. 'C') else write('HDEL', K[6], field) end
  write('HDEL', K[7], field)
end
local function own()
  if redis.call('HGET', K[1], 'certId') ~= slot then
    local list = redis.call('HGET', K[1], 'purchases') or '[]'
    local comma = list == '[]' and '' or ','
    write('HSET', K[1], 'certId', slot, 'slotAt', bought, 'purchases', string.sub(list, 1, -2) .. comma .. purchase .. ']')
  end
  local order = redis.call('HGET', K[1], 'state')
  if order == 'APPROVED' or order == 'BUYING' or order == 'PARKED' then write('HSET', K[1], 'state', 'OWNED') end
end
if mine == slot and at == ref then own() finish() return answer('ok') end
if not from then
  if exact and redis.call('HEXISTS', K[8], field) == 1 then
    if not at then write('HDEL', K[8], field) end
    toPool()
    write('HSET', K[2], 'certId', slot)
    return answer('surplus')
  end
  if mine and state == 'OWNED' and redis.call('HGET', K[2], 'certId') == slot then return answer('holds-another', mine) end
  return answer('wrong-state', state)
end
if mine then
  if exact then toPool() finish() end
  return answer('holds-another', mine)
end
local order = redis.call('HMGET', K[1], 'state', 'attempt')
if order[1] == 'CANCELLED' or order[1] == 'REFUSED' or order[2] ~= number then
  if exact then toPool() finish() end
  return answer('surplus')
end
if at and not among(giveWay, at) then return answer('taken', at) end
write('ZREM', K[9], slot)
write('HSET', K[3], slot, ref)
write('HSET', K[4], ref, slot)
raise(K[5], class)
own() finish()
return answer('ok')`,
};

export type Claimed =
  | { kind: "ok" }
  /** The order has a slot already; this one went to the pool of spare slots. */
  | { kind: "holds-another"; certId: number }
  | { kind: "taken"; by: string }
  /** A slot that was bought after all, when its order was over or bought again meanwhile: it is spare now. */
  | { kind: "surplus" }
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

/**
 * What says that the slot is this order's. `answer`: eNom's own answer, our order id, our CSR: exact (rule 10 a, b).
 * `list`: an untouched slot of the class, one as good as another (rule 10 c). `person`: a decision, with who and why (rule 16).
 */
export type Evidence = { by: "answer" } | { by: "list" } | { by: "person"; words: string };

const FROM: Record<Evidence["by"], readonly AttemptState[]> = {
  answer: ["SENDING", "UNKNOWN", "COVERED"],
  list: ["SENDING", "UNKNOWN"],
  person: ["PARKED"],
};

/** The slot that the order holds (rule 5): with one in hand nothing more is bought. */
export async function findHeldSlot(
  { ledger: { redis, keys } }: LedgerContext,
  { reference, account }: { reference: string; account: string },
): Promise<number | undefined> {
  const slot = await redis.hget(keys.ledger.held(account), reference);
  return slot === null ? undefined : Number(slot);
}

/** Gives the slot to the order. The same pair again is no error. Only a person gives away what was there before the fleet. */
export async function claimInLedger(place: LedgerContext, slot: Claim, evidence: Evidence): Promise<Claimed> {
  const { reference, account, number, certId, orderId, service, years, at } = slot;
  const { keys, settleMs } = place.ledger;
  const { ledger } = keys;
  const kind = slotClass(service, years);
  const { code, details } = await step(place, CLAIM, {
    ...{ account, reference },
    keys: [
      ...[keys.certificate(reference), ledger.attempt(reference, number)],
      ...[ledger.owner(account), ledger.held(account), ledger.version(account)],
      ...[ledger.unsettled(account), ledger.parked(account), ledger.abandoned(account), ledger.pool(account, kind)],
    ],
    args: [
      ...[reference, certId, kind, FROM[evidence.by].join(" "), `${reference}#${number}`],
      ...[JSON.stringify({ certId, orderId, at: at.toISOString(), years }), orderId ?? ""],
      ...[evidence.by === "list" ? "" : "exact", evidence.by === "person" ? "POOL LEGACY FOREIGN" : "POOL"],
      ...[settleMs, evidence.by === "person" ? evidence.words : "", number],
    ],
  });
  const [detail = ""] = details;
  switch (code as Claimed["kind"]) {
    case "holds-another":
      return { kind: "holds-another", certId: Number(detail) };
    case "taken":
      return { kind: "taken", by: detail };
    case "wrong-state":
      return { kind: "wrong-state", state: detail };
    default:
      return { kind: code as "ok" | "surplus" };
  }
}
