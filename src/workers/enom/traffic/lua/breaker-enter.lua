-- How the breaker stands. `until` is there while it is open, `trial` while somebody tries.
--
-- KEYS  breaker
-- ARGV  trialMs  how long a trial may take; 0 to look only
-- Returns {closed, failures in a row}, {open, ms left}, {tried}, {due}, {trial}.
--- @include breaker-time
local breaker = unpack(KEYS)
local trialMs = unpack(ARGV)

local open = endOf(breaker)
local trial, failures = unpack(redis.call('HMGET', breaker, 'trial', 'failures'))
if not open then return { 'closed', tonumber(failures or 0) } end
if now < open then
  if trial then return { 'tried' } end
  return { 'open', open - now }
end
if trialMs == '0' then return { 'due' } end
stayUntil(breaker, trialMs)
put(breaker, 'trial', now)
return { 'trial' }
