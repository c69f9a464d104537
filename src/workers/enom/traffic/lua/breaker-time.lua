-- Redis' own time (ms), and how the breaker keeps one; how long it was to stay as it is, so that a clock that is put back
-- meanwhile does not keep it so for longer.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function put(key, field, ms) redis.call('HSET', key, field, string.format('%.0f', ms)) end
local function stayUntil(key, pause)
  put(key, 'until', now + pause)
  put(key, 'since', now)
end
-- Nil while it is closed. What was written by a clock ahead is over.
local function endOf(key)
  local open, since = unpack(redis.call('HMGET', key, 'until', 'since'))
  if open and since and tonumber(since) > now + 1000 then return now end
  return open and tonumber(open) or nil
end
