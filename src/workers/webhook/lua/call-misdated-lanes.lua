-- What a clock that was ahead has planned at an endpoint is due now: pauses, and lanes that were never tried, or tried later than now.
--
-- KEYS  hook     the endpoint
-- ARGV  now      the time, ms
--       apartMs  so far clocks may differ
-- Returns how many lanes were called.
local hook = unpack(KEYS)
local now, apartMs = unpack(ARGV)
local latest = now + apartMs

local due, count = hook .. ':due', 0
for _, subject in ipairs(redis.call('ZRANGEBYSCORE', due, '(' .. latest, '+inf', 'LIMIT', 0, 1000)) do
  local tried = redis.call('HGET', hook .. ':tries', subject)
  local lastAt = tried and string.match(tried, '(%d+)$')
  if not lastAt or tonumber(lastAt) > latest then
    redis.call('ZADD', due, now, subject)
    if tried then redis.call('HSET', hook .. ':tries', subject, string.match(tried, '^(.-)%d+$') .. string.format('%.0f', now)) end
    count = count + 1
  end
end
local lastTry, failingSince, wellSince = unpack(redis.call('HMGET', hook, 'lastTry', 'failingSince', 'wellSince'))
if lastTry and tonumber(lastTry) > latest then redis.call('HDEL', hook, 'notBefore', 'hold', 'lastTry') end
if failingSince and tonumber(failingSince) > latest then redis.call('HSET', hook, 'failingSince', now) end
if wellSince and tonumber(wellSince) > latest then redis.call('HSET', hook, 'wellSince', now) end
return count
