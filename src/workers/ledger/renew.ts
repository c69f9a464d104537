// Begins the next term of an order (its customer paid for years, and eNom sells it for fewer): the same reference buys once more, by the same protocol.

import { slotClass } from "./attempt.ts";
import type { LedgerContext } from "./context.ts";
import { type Script, step } from "./script.ts";

const DAY_MS = 86_400_000;
/** No family of products may be bought again earlier than this before its term ends. */
const EARLIEST_DAYS = 62;

/**
 * K certificate, owner, held, version. A reference, slot, term that ends, class, earliest days, version of the record that was read.
 * The slot stays the order's under the name of its term, `REF~1`: it serves until the next one is there, and is never given away.
 * Whatever the record says, nothing is bought again long before the term that was bought last is over.
 */
const RENEW: Script = {
  name: "renew",
  whenFrozen: "refused",
  lua: `
local ref, slot, term = A[1], A[2], A[3]
local order = redis.call('HMGET', K[1], 'state', 'term', 'slotAt', 'years', 'version')
if (order[2] or '1') ~= term or order[5] ~= A[6] then return answer('changed') end
if order[1] ~= 'CONFIGURED' then return answer('wrong-state', order[1] or 'none') end
if redis.call('HGET', K[2], slot) ~= ref or redis.call('HGET', K[3], ref) ~= slot then return answer('not the owner') end
local ends = tonumber(order[3] or 0) + tonumber(order[4] or 1) * 365 * ${DAY_MS}
if now < ends - A[5] * ${DAY_MS} then return answer('too-early') end
local past = ref .. '~' .. term
write('HSET', K[2], slot, past)
write('HSET', K[3], past, slot)
write('HDEL', K[3], ref)
raise(K[4], A[4])
write('HDEL', K[1], 'certId', 'slotAt')
write('HSET', K[1], 'state', 'APPROVED', 'term', tonumber(term) + 1, 'rebuys', 0, 'renewedAt', now)
return answer('ok')`,
};

export type Renewed = "ok" | "changed" | "wrong-state" | "not the owner" | "too-early";

/** CONFIGURED → APPROVED for the next term. `term` is the one that ends: two that ask at once begin one. */
export async function renewOrder(
  place: LedgerContext,
  {
    reference,
    account,
    certId,
    term,
    version,
  }: { reference: string; account: string; certId: number; term: number; version: number },
  { service, years }: { service: string; years: number },
): Promise<Renewed> {
  const { ledger, ...keys } = place.ledger.keys;
  const { code } = await step(place, RENEW, {
    ...{ account, reference },
    keys: [keys.certificate(reference), ledger.owner(account), ledger.held(account), ledger.version(account)],
    args: [reference, certId, term, slotClass(service, years), EARLIEST_DAYS, version],
  });
  return code as Renewed;
}

/** The order whose slot this is, also of a term that is over: `REF~1` is of REF. */
export function orderOf(owner: string): string {
  return owner.replace(/~\d+$/, "");
}
