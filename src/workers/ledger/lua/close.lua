-- Ends an attempt of which nothing was bought (rule 8): no byte was written, or eNom said no.
--
-- KEYS  certificate, attempt, unsettled, spent
-- ARGV  field       REF#N, as the maps name the attempt
--       sender      only who opened the gate may say so
--       reason
--       orderState  what becomes of the order, or empty
--       spentEntry  of the attempt in `spent`
-- Answers closed, or late.
local certificate, attempt, unsettled, spent = unpack(KEYS, 4)
local field, sender, reason, orderState, spentEntry = unpack(ARGV, 6)

local state = redis.call('HGET', attempt, 'state')
local mine = state == 'SENDING' and redis.call('HGET', attempt, 'sender') == sender
if state ~= 'PREPARED' and not mine then return answer('late') end
write('HSET', attempt, 'state', mine and 'REJECTED' or 'VOID', 'reason', reason)
write('HDEL', unsettled, field)
write('ZREM', spent, spentEntry)
if orderState ~= '' and redis.call('HGET', certificate, 'state') == 'BUYING' then write('HSET', certificate, 'state', orderState) end
return answer('closed')
