// A ledger belongs to one login at one eNom host and to one journal: sandbox and live, or two resellers, never meet under one account id.
import { enomLogin } from "../../shared/config/enom-address.ts";
import { isFrozen, type LedgerContext } from "./context.ts";
import { once, PREAMBLE } from "./script.ts";

/**
 * K owner. A login, then slots as `id` (LEGACY) or `-id` (refunded). Binds once; a second process finds it done.
 * I7: every certificate that the account holds at first binding is in a map from then on, and never given to an order by itself.
 */
const BIND = `${PREAMBLE}
if meta[1] then return answer('known') end
write('HSET', KEYS[1], 'epoch', 1, 'login', A[1], 'journal', ARGV[2])
redis.call('HSET', KEYS[1], 'run', run, 'dwell', 0, 'dwellAt', string.format('%.0f', now))
epoch = 1
for i = 2, #A do
  local slot, of = A[i], 'LEGACY'
  if string.sub(slot, 1, 1) == '-' then slot, of = string.sub(slot, 2), 'REFUNDED' end
  if redis.call('HEXISTS', K[1], slot) == 0 then write('HSET', K[1], slot, of) end
end
return answer('bound')`;

export interface Login {
  id: string;
  apiUrl: string;
  username: string;
}

/** Whether the account's ledger is in use, and whether by this login. */
export async function findBinding(
  { ledger }: LedgerContext,
  account: Login,
): Promise<"unbound" | "bound" | "bound-elsewhere"> {
  const [login, epoch] = await ledger.redis.hmget(ledger.keys.ledger.meta(account.id), "login", "epoch");
  if (!login || !epoch) return "unbound";
  return login === enomLogin(account) ? "bound" : "bound-elsewhere";
}

/**
 * Takes the account into use. `slots` is what eNom lists at that moment, refunded ones apart.
 * @throws Refused `ledger-frozen` when the journal knows this account: then Redis has lost the ledger.
 */
export async function bind(
  place: LedgerContext,
  account: Login,
  slots: { legacy: number[]; refunded: number[] },
): Promise<void> {
  const { keys, journal } = place.ledger;
  if (await journal.highest(account.id)) {
    if ((await findBinding(place, account)) !== "unbound") return; // by another process, a moment ago
    throw isFrozen(
      account.id,
      `Redis has no ledger, and the journal has one. Read the runbook, then: certfleet ledger rebuild ${account.id}.`,
    );
  }
  const args = [enomLogin(account), ...slots.legacy, ...slots.refunded.map((slot) => -slot)];
  await once(place, { name: "bind", lua: BIND }, { account: account.id, keys: [keys.ledger.owner(account.id)], args });
}
