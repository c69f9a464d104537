-- eNom answered: the breaker closes.
--
-- KEYS  breaker
-- Returns 1 when it was open, else 0.
local breaker = unpack(KEYS)

local open = redis.call('HEXISTS', breaker, 'until')
redis.call('DEL', breaker)
return open
