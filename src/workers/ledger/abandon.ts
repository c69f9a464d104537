// Gives up an attempt that was surely not made (rule 11), so that its order may begin another.
import { type Absence, exposureEntry, type Intent, slotClass } from "./attempt.ts";
import { POOL_AGE_MS } from "./begin.ts";
import type { LedgerContext } from "./context.ts";
import { IN_AIR } from "./limits.ts";
import { type Script, step } from "./script.ts";

/**
 * K attempt, certificate, unsettled, version, held, abandoned, pool. A field, reference, class, version of the class when the first
 * list was asked for, budget, evidence JSON, T_settle (ms), exposure entry, pool age (ms), attempt number.
 */
const ABANDON: Script = {
  name: "abandon",
  whenFrozen: "refused",
  lua: `${IN_AIR}
if redis.call('HGET', K[1], 'state') ~= 'UNKNOWN' then return answer('late') end
if redis.call('HGET', K[2], 'state') ~= 'BUYING' or redis.call('HGET', K[2], 'attempt') ~= A[10] then return answer('late') end
if redis.call('HEXISTS', K[5], A[2]) == 1 then return answer('holds') end
if tonumber(redis.call('HGET', K[2], 'rebuys') or 0) >= tonumber(A[5]) then return answer('budget-spent') end
for _, entry in ipairs(redis.call('HVALS', K[3])) do
  local e = inAir(entry)
  if e.class == A[3] and not settled(e, tonumber(A[7])) then return answer('unsettled') end
end
if tonumber(redis.call('HGET', K[4], A[3]) or 0) ~= tonumber(A[4]) then return answer('changed') end
if redis.call('ZCOUNT', K[7], now - A[9], '+inf') > 0 then return answer('changed') end
write('HSET', K[1], 'state', 'ABANDONED', 'evidence', A[6])
write('HDEL', K[3], A[1])
write('HSET', K[6], A[1], A[8])
write('HSET', K[2], 'rebuys', (redis.call('HGET', K[2], 'rebuys') or 0) + 1)
return answer('abandoned')`,
};

export type Abandoned = "abandoned" | "late" | "holds" | "budget-spent" | "unsettled" | "changed";

/**
 * Rule 11: UNKNOWN → ABANDONED, with the evidence on record (I4); the order may begin one more attempt. The script looks again
 * at everything the ledger itself knows: all unsettled attempts of the class are settled, nothing of the class changed hands,
 * no spare slot, budget left. That eNom shows no slot, no order and no debit is the caller's evidence.
 */
export async function abandonAttempt(
  place: LedgerContext,
  { intent, number }: { intent: Pick<Intent, "reference" | "account" | "service" | "years" | "price">; number: number },
  { version, rebuyBudget, evidence }: { version: number; rebuyBudget: number; evidence: object },
): Promise<Abandoned> {
  const { keys, settleMs } = place.ledger;
  const { ledger } = keys;
  const { reference, account, service, years } = intent;
  const kind = slotClass(service, years);
  const field = `${reference}#${number}`;
  const { code } = await step(place, ABANDON, {
    ...{ account, reference },
    keys: [
      ...[ledger.attempt(reference, number), keys.certificate(reference), ledger.unsettled(account)],
      ...[ledger.version(account), ledger.held(account), ledger.abandoned(account), ledger.pool(account, kind)],
    ],
    args: [
      ...[field, reference, kind, version, rebuyBudget, JSON.stringify(evidence), settleMs],
      ...[exposureEntry(intent), POOL_AGE_MS, number],
    ],
  });
  return code as Abandoned;
}

/** K attempt. A absence JSON. */
const NOTE: Script = {
  name: "absence",
  whenFrozen: "goes-on",
  lua: `
if redis.call('HGET', K[1], 'state') ~= 'UNKNOWN' then return answer('late') end
write('HSET', K[1], 'absence', A[1])
return answer('noted')`,
};

/** The first of the two lists that rule 11 wants, noted at the attempt: the second may be read by another process. */
export async function noteAbsence(
  place: LedgerContext,
  { reference, account, number }: { reference: string; account: string; number: number },
  seen: Absence,
): Promise<void> {
  const keys = [place.ledger.keys.ledger.attempt(reference, number)];
  await step(place, NOTE, { account, reference, keys, args: [JSON.stringify(seen)] });
}
