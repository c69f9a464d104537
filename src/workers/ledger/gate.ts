// The gate before the one write (rules 2, 7): PREPARED → SENDING, won by one process, once, and known to the journal before a byte leaves.
import { Unavailable } from "../../shared/base/errors.ts";
import { moneyUnits } from "../../shared/base/money.ts";
import { type Intent, slotClass } from "./attempt.ts";
import { POOL_AGE_MS } from "./begin.ts";
import type { LedgerContext } from "./context.ts";
import { LIMITS, type Limits, LONGEST_DWELL_MS, limitsArgument } from "./limits.ts";
import { type Script, step } from "./script.ts";

/** A replica has so long to confirm (rule 2). */
const REPLICA_MS = 1_000;
const DAY_MS = 86_400_000;

/**
 * K certificate, attempt, unsettled, held, spent, pool of the class. A reference, number, sender, class, limits, price (units), pool age.
 * Keeps the ledger's time and the dwell counter, from which the attempt settles (rule 9). The time since the keeper's last
 * visit counts as dwelt before the gate: it must not count behind it. The counter itself goes into the journal, too: a rebuilt
 * ledger whose counter began at nothing would never settle what was in the air.
 */
const GATE: Script = {
  name: "gate",
  whenFrozen: "refused",
  lua: `${LIMITS}
local state = redis.call('HGET', K[2], 'state') or 'none'
if state ~= 'PREPARED' then return answer('attempt is ' .. state) end
if redis.call('HGET', K[1], 'state') ~= 'BUYING' or redis.call('HGET', K[1], 'attempt') ~= A[2] then return answer('order moved on') end
if redis.call('HEXISTS', K[4], A[1]) == 1 then return answer('order holds a slot') end
if redis.call('ZCOUNT', K[6], now - A[7], '+inf') > 0 then return answer('a spare slot turned up') end
local full = tooMuch(K[3], K[5], A[4], cjson.decode(A[5]))
if full then return answer(full) end
local since = dwell + math.max(0, math.min(${LONGEST_DWELL_MS}, now - tonumber(meta[7] or now)))
write('HSET', K[2], 'state', 'SENDING', 'sender', A[3], 'gateAt', now, 'gateDwell', since)
write('HSET', KEYS[1], 'dwell', dwell)
write('HSET', K[3], A[1] .. '#' .. A[2], string.format('%s|%s|%.0f|%.0f|S', A[4], A[6], now, since))
write('ZREMRANGEBYSCORE', K[5], '-inf', now - ${DAY_MS})
write('ZADD', K[5], now, A[1] .. '#' .. A[2] .. '|' .. A[6])
return answer('open', string.match(redis.call('INFO', 'replication'), 'connected_slaves:(%d+)') or '0')`,
};

/** K attempt. A sender. Behind the journal's line: a ledger that was started anew meanwhile does not know the gate. */
const CONFIRM: Script = {
  name: "confirm",
  whenFrozen: "refused",
  lua: `
local mine = redis.call('HGET', K[1], 'state') == 'SENDING' and redis.call('HGET', K[1], 'sender') == A[1]
return answer(mine and 'mine' or 'lost')`,
};

/** One process's right to write one attempt. `sender` is random, made for this attempt alone. */
export interface Ticket {
  intent: Intent;
  number: number;
  sender: string;
}

/**
 * Opens the gate: in Redis, on its replicas where it has some, in the journal, and still so in Redis. From here on only an
 * answer, or a proof that no byte was written, says what happened.
 * @throws Unavailable or Refused when the attempt may not be written; then nobody writes it with this ticket.
 */
export async function openGate(
  place: LedgerContext,
  { intent, number, sender }: Ticket,
  limits: Limits,
): Promise<void> {
  const { redis, keys } = place.ledger;
  const { reference, account, service, years, price } = intent;
  const { ledger } = keys;
  const kind = slotClass(service, years);
  const attempt = ledger.attempt(reference, number);
  const { code, details } = await step(place, GATE, {
    ...{ account, reference },
    keys: [
      ...[keys.certificate(reference), attempt, ledger.unsettled(account)],
      ...[ledger.held(account), ledger.spent(account), ledger.pool(account, kind)],
    ],
    args: [reference, number, sender, kind, limitsArgument(place, limits, price), moneyUnits(price), POOL_AGE_MS],
  });
  if (code !== "open") throw shut(code);
  const hasReplicas = Number(details[0]) > 0;
  if (hasReplicas && Number(await redis.call("WAIT", 1, REPLICA_MS)) < 1) {
    throw shut("no replica of Redis confirmed it in time");
  }
  const confirmed = await step(place, CONFIRM, { account, reference, keys: [attempt], args: [sender] });
  if (confirmed.code !== "mine") throw shut("Redis does not know it any more");
}

/** Room comes soon, and another run may carry the order on: worth another look, no trouble. */
function shut(why: string): Unavailable {
  return new Unavailable(`the gate stayed shut: ${why}`, { retryAfterSeconds: 2 });
}
