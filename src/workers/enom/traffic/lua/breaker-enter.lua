-- How the breaker stands. `until` is there while it is open, `trial` while somebody tries.
--
-- KEYS  breaker
-- ARGV  trialMs  how long a trial may take; 0 to look only
-- Returns {closed, failures in a row}, {open, ms left}, {tried}, {due}, {trial}.
--- @include breaker-time
local breaker = unpack(KEYS)
local trialMs = unpack(ARGV)

local open, trial, failures = unpack(redis.call('HMGET', breaker, 'until', 'trial', 'failures'))
if not open then return { 'closed', tonumber(failures or 0) } end
if now < tonumber(open) then
  if trial then return { 'tried' } end
  return { 'open', tonumber(open) - now }
end
if trialMs == '0' then return { 'due' } end
put(breaker, 'until', now + trialMs)
put(breaker, 'trial', now)
return { 'trial' }
