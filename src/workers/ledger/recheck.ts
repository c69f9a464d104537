// After a restart, a failover or a restore (rule 3): the ledger is compared with its journal before anything else is done with it.
import type { Mark } from "../journal/journal.ts";
import { emptyOutbox } from "./outbox.ts";
import { isFrozen, type Place } from "./place.ts";
import { RUN } from "./run-of.ts";

/** KEYS meta. ARGV highest epoch and seq of the journal, reason, the journal's id, this Redis' run before the journal was read. Thaws a ledger that lacks nothing; freezes one that does. */
const RECHECK = `${RUN}
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'seq', 'journal')
if not meta[1] then return 'no-ledger' end
if meta[3] ~= ARGV[4] then return 'other-journal' end
if runOf() ~= ARGV[5] then return 'again' end
local epoch, seq = tonumber(meta[1]), tonumber(meta[2] or 0)
local most, last = tonumber(ARGV[1]), tonumber(ARGV[2])
if epoch < most or (epoch == most and seq < last) then
  redis.call('HSET', KEYS[1], 'behind', ARGV[3])
  return 'behind'
end
redis.call('HDEL', KEYS[1], 'behind')
redis.call('HSET', KEYS[1], 'run', ARGV[5])
return 'whole'`;

export const OTHER_JOURNAL =
  "CERTFLEET_JOURNAL is not the journal that this ledger is kept with: name the one that all purchase workers share.";

/**
 * Takes the ledger into use again when it holds at least what the journal holds. `why` is what the scripts said.
 * The journal is read before the ledger: what is written meanwhile can only make the ledger look older than it is.
 * @throws Refused `ledger-frozen`, with what is to be done
 */
export async function recheck(place: Place, account: string, why: string): Promise<void> {
  const { redis, keys, journal } = place.ledger;
  if (why === "other-journal") throw isFrozen(account, OTHER_JOURNAL);
  const run = String(await redis.eval(`${RUN} return runOf()`, 1, keys.ledger.meta(account)));
  await emptyOutbox(place, account); // what the ledger still has and the journal lacks is no loss
  const mark: Mark = (await journal.highest(account)) ?? { epoch: 0, seq: 0 };
  const reason =
    `Redis lost steps of the ledger: the journal has ${mark.epoch}/${mark.seq}. ` +
    `Read the runbook, then: certfleet ledger rebuild ${account}.`;
  const answer = await redis.eval(RECHECK, 1, keys.ledger.meta(account), mark.epoch, mark.seq, reason, journal.id, run);
  if (answer === "whole" || answer === "again") return; // started anew once more: the caller finds it shut, and comes again
  if (answer === "other-journal") throw isFrozen(account, OTHER_JOURNAL);
  if (answer === "behind") throw isFrozen(account, reason);
  if (mark.seq > 0) throw isFrozen(account, `Redis has no ledger, and the journal has one. ${reason}`);
  throw isFrozen(account, "the ledger is not bound to an eNom login yet");
}

/**
 * A process saw a later step than the ledger now has, although Redis was not started anew: everything is compared from the
 * beginning, and the step that showed it, which nobody acted on, is forgotten.
 */
export async function suspect(
  { ledger }: Place,
  account: string,
  { epoch, seq, reference }: Mark & { reference: string },
): Promise<void> {
  const { redis, keys } = ledger;
  await redis.hdel(keys.ledger.outbox(account), `${epoch}/${seq} ${reference}`);
  await redis.hset(keys.ledger.meta(account), "run", "suspected", "seq", 0);
}
