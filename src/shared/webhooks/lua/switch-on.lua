-- Switches an endpoint on: it goes on with what waits in its lanes, and with the events since, as long as they are kept.
-- Answers 1; 0 where there is no such endpoint.
--
-- KEYS  events   the stream of all events
--       hook     the endpoint
-- ARGV  now      the time, ms
--       keptMs   events are kept so long: one that was off for longer begins with what happens from now on
--       fromNow  1: in any case
local events, hook = unpack(KEYS)
local now, keptMs, fromNow = unpack(ARGV)

if redis.call('EXISTS', hook) == 0 then return 0 end
local due = hook .. ':due'
local disabledAt = tonumber(redis.call('HGET', hook, 'disabledAt') or now)
if fromNow == '1' or tonumber(now) - disabledAt > tonumber(keptMs) then
  for _, subject in ipairs(redis.call('ZRANGE', due, 0, -1)) do redis.call('UNLINK', hook .. ':lane:' .. subject) end
  redis.call('UNLINK', due, hook .. ':tries', hook .. ':held')
  local last = redis.call('XREVRANGE', events, '+', '-', 'COUNT', 1)[1]
  redis.call('HSET', hook, 'cursor', last and last[1] or '0-0')
else
  -- A weight of nothing makes every score 0: all that waits is due.
  redis.call('ZUNIONSTORE', due, 1, due, 'WEIGHTS', 0)
  redis.call('UNLINK', hook .. ':tries')
end
redis.call('HDEL', hook, 'disabledAt', 'disabledBecause', 'sick', 'probes', 'failures', 'failingSince', 'notBefore', 'hold')
redis.call('HSET', hook, 'state', 'on')
return 1
