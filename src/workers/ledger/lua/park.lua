-- UNKNOWN → PARKED (rule 16): a person decides.
--
-- KEYS  certificate, attempt, unsettled, parked
-- ARGV  field     REF#N, as the maps name the attempt
--       exposure  its entry in `parked`
--       why       a person must decide
-- Answers parked, or late.
local certificate, attempt, unsettled, parked = unpack(KEYS, 4)
local field, exposure, why = unpack(ARGV, 6)

if redis.call('HGET', attempt, 'state') ~= 'UNKNOWN' then return answer('late') end
write('HSET', attempt, 'state', 'PARKED', 'parkedFor', why)
write('HDEL', unsettled, field)
write('HSET', parked, field, exposure)
if redis.call('HGET', certificate, 'state') == 'BUYING' then write('HSET', certificate, 'state', 'PARKED') end
return answer('parked')
