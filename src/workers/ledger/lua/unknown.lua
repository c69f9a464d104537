-- SENDING → UNKNOWN (rule 8). From SENDING alone: a late time-out must not revive what was decided meanwhile.
--
-- KEYS  attempt, unsettled
-- ARGV  field    REF#N, as the maps name the attempt
--       reason
--       orderId  or empty
-- Answers unknown, or late.
local attempt, unsettled = unpack(KEYS, 4)
local field, reason, orderId = unpack(ARGV, 6)

if redis.call('HGET', attempt, 'state') ~= 'SENDING' then return answer('late') end
write('HSET', attempt, 'state', 'UNKNOWN', 'reason', reason)
if orderId ~= '' then write('HSET', attempt, 'orderId', orderId) end
local entry = redis.call('HGET', unsettled, field)
if entry then write('HSET', unsettled, field, string.sub(entry, 1, -2) .. 'U') end
return answer('unknown')
