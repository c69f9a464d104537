// The gate before the one write (rule 7): PREPARED → SENDING, won by one process, once.
import type { RedisClient } from "../../shared/certificates.ts";
import type { Keys } from "../../shared/keys.ts";
import { moneyUnits } from "../../shared/money.ts";
import { type Exposure, exposureEntry, type Intent, slotClass } from "./attempt.ts";
import { EXPOSURE } from "./begin.ts";

/**
 * KEYS certificate, attempt, unsettled, held. ARGV reference, number, sender, class, price (units), most unsettled, most money, entry.
 * Keeps Redis TIME, from which the attempt settles.
 */
const GATE = `${EXPOSURE}
local state = redis.call('HGET', KEYS[2], 'state') or 'none'
if state ~= 'PREPARED' then return 'attempt is ' .. state end
if redis.call('HGET', KEYS[1], 'state') ~= 'BUYING' or redis.call('HGET', KEYS[1], 'attempt') ~= ARGV[2] then return 'order moved on' end
if redis.call('HEXISTS', KEYS[4], ARGV[1]) == 1 then return 'order holds a slot' end
local full = exposure(KEYS[3], ARGV[4], ARGV[5], ARGV[6], ARGV[7])
if full then return full end
local t = redis.call('TIME')
redis.call('HSET', KEYS[2], 'state', 'SENDING', 'sender', ARGV[3], 'gateAt', t[1] .. string.format('%03d', math.floor(t[2] / 1000)))
redis.call('HSET', KEYS[3], ARGV[1] .. '#' .. ARGV[2], ARGV[8])
return 'open'`;

/** One process's right to write one attempt. `sender` is random, made for this attempt alone. */
export interface Ticket {
  intent: Intent;
  number: number;
  sender: string;
}

/**
 * Opens the gate. From here on only an answer, or a proof that no byte was written, says what happened.
 * @throws Error when the attempt may not be written; then nobody writes it with this ticket.
 */
export async function openGate(
  { redis, keys }: { redis: RedisClient; keys: Keys },
  { intent, number, sender }: Ticket,
  exposure: Exposure,
): Promise<void> {
  const { reference, account, service, years, price } = intent;
  const answer = await redis.eval(
    GATE,
    4,
    keys.certificate(reference),
    keys.ledger.attempt(reference, number),
    keys.ledger.unsettled(account),
    keys.ledger.held(account),
    ...[reference, number, sender, slotClass(service, years), moneyUnits(price)],
    ...[exposure.maxUnsettled, moneyUnits(exposure.maxUnsettledMoney), exposureEntry(intent)],
  );
  if (answer !== "open") throw new Error(`the gate stayed shut: ${String(answer)}`);
}
