-- The next request may try now. A trial under way is left to decide.
--
-- KEYS  breaker
--- @include breaker-time
local breaker = unpack(KEYS)

local open, trial = unpack(redis.call('HMGET', breaker, 'until', 'trial'))
if open and not trial and now < tonumber(open) then put(breaker, 'until', now) end
