-- Compares the ledger with its journal (rule 3). Thaws a ledger that lacks nothing; freezes one that does.
--
-- KEYS  metaKey
--       troubles  of the account
--       stream    all events of the fleet
-- ARGV  journalEpoch, journalSeq  the highest step in the journal
--       reason                    why it is frozen, if it is
--       journalId
--       run                       of this Redis, before the journal was read
--       begins, ends              as `beginState` and `endState` read it
-- Returns no-ledger, other-journal, again (Redis was started anew meanwhile), behind, whole.
--- @include run
--- @include ../../../shared/account/lua/told-state
local metaKey, troubles, stream = unpack(KEYS)
local journalEpoch, journalSeq, reason, journalId, run, begins, ends = unpack(ARGV)

local epoch, seq, knownJournal = unpack(redis.call('HMGET', metaKey, 'epoch', 'seq', 'journal'))
if not epoch then return 'no-ledger' end
if knownJournal ~= journalId then return 'other-journal' end
if runOf() ~= run then return 'again' end
epoch, seq = tonumber(epoch), tonumber(seq or 0)
journalEpoch, journalSeq = tonumber(journalEpoch), tonumber(journalSeq)
if epoch < journalEpoch or (epoch == journalEpoch and seq < journalSeq) then
  redis.call('HSET', metaKey, 'behind', reason)
  beginState(troubles, stream, begins)
  return 'behind'
end
local wasBehind = redis.call('HDEL', metaKey, 'behind') == 1
redis.call('HSET', metaKey, 'run', run)
if wasBehind and redis.call('HEXISTS', metaKey, 'frozen') == 0 then endState(troubles, stream, ends) end
return 'whole'
