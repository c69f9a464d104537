-- eNom did not respond once more. A request that left before the breaker opened says nothing new.
--
-- KEYS  breaker
--       troubles            of the account
--       stream              all events of the fleet
-- ARGV  inARow              failures that open it
--       firstMs, longestMs  pauses
--       forgetMs            failures so far apart are not in a row
--       isTrial             1 for the trial, else 0
--       begins              as `beginState` reads it
-- Returns the pause that begins (ms), or 0.
--- @include breaker-time
--- @include ../../../../shared/account/lua/told-state
local breaker, troubles, stream = unpack(KEYS)
local inARow, firstMs, longestMs, forgetMs, isTrial, begins = unpack(ARGV)

local failures = redis.call('HINCRBY', breaker, 'failures', 1)
redis.call('PEXPIRE', breaker, forgetMs)
local open = redis.call('HEXISTS', breaker, 'until') == 1
if isTrial == '0' and (open or failures < tonumber(inARow)) then return 0 end
local times = redis.call('HINCRBY', breaker, 'times', 1)
local pause = math.min(firstMs * 2 ^ (times - 1), tonumber(longestMs))
stayUntil(breaker, pause)
redis.call('HDEL', breaker, 'trial')
beginState(troubles, stream, begins)
return math.floor(pause)
