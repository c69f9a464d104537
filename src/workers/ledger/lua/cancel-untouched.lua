-- Cancels an order that has no part in any account's ledger yet: before its first attempt and its first slot.
--
-- KEYS  certificate
-- Returns 1 when it is cancelled, else 0.
local certificate = unpack(KEYS)

local state, attempt, purchases = unpack(redis.call('HMGET', certificate, 'state', 'attempt', 'purchases'))
if attempt ~= '0' or (purchases or '[]') ~= '[]' then return 0 end
if state == 'CANCELLED' then return 1 end
if state ~= 'APPROVED' then return 0 end
redis.call('HSET', certificate, 'state', 'CANCELLED')
return 1
