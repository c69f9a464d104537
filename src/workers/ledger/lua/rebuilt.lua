-- Ends a rebuild. Thaws: everything that the journal knows is in the ledger now. Not after a restore: there the journal is as old as
-- the ledger, and only eNom knows what was bought since.
--
-- KEYS  troubles           of the account
--       stream             all events of the fleet
-- ARGV  newEpoch, lastSeq  to go on from
--       words              who and why
--       token              of the rebuild
--       ends               as `endState` reads it
-- Answers rebuilt, or another.
--- @include ../../../shared/account/lua/told-state
local troubles, stream = unpack(KEYS, 4)
local newEpoch, lastSeq, words, token, ends = unpack(ARGV, 6)

if redis.call('HGET', metaKey, 'rebuilding') ~= token or knownRun == run then return answer('another') end
redis.call('HDEL', metaKey, 'rebuilding')
redis.call('HSET', metaKey, 'seq', lastSeq, 'run', run, 'dwellAt', string.format('%.0f', now))
redis.call('HDEL', metaKey, 'behind')
if redis.call('HEXISTS', metaKey, 'restored') == 0 then redis.call('HDEL', metaKey, 'frozen') end
if redis.call('HEXISTS', metaKey, 'frozen') == 0 then endState(troubles, stream, ends) end
epoch = tonumber(newEpoch)
write('HSET', metaKey, 'epoch', newEpoch, 'journal', journalId, 'rebuilt', words)
return answer('rebuilt')
