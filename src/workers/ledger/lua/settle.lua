-- COVERED → OWNED when T_settle is over (rule 9).
--
-- KEYS  attempt, unsettled
-- ARGV  field     REF#N, as the maps name the attempt
--       settleMs  T_settle
-- Answers settled, or not yet.
--- @include in-flight
local attempt, unsettled = unpack(KEYS, 4)
local field, settleMs = unpack(ARGV, 6)

local entry = redis.call('HGET', unsettled, field)
local e = entry and inFlight(entry)
if not e or e.flag ~= 'C' or not settled(e, tonumber(settleMs)) then return answer('not yet') end
if redis.call('HGET', attempt, 'state') == 'COVERED' then write('HSET', attempt, 'state', 'OWNED') end
write('HDEL', unsettled, field)
return answer('settled')
