-- One sign of life of a process, at Redis' time; forgets those that were silent for too long.
-- KEYS  processes  hash: a process to `ms text`
-- ARGV  id         the process
--       about      JSON: what it is
--       forgetMs   how long a silent one is remembered
-- Answers 1.
local processes = unpack(KEYS)
local id, about, forgetMs = unpack(ARGV)

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', processes, id, string.format('%.0f %s', now, about))
local all = redis.call('HGETALL', processes)
for i = 1, #all, 2 do
  local at = tonumber(string.match(all[i + 1], '^(%d+) ')) or 0
  if now - at > tonumber(forgetMs) then redis.call('HDEL', processes, all[i]) end
  -- Redis' clock was put back since: who does not report again is silent from now on.
  if at > now + 1000 then redis.call('HSET', processes, all[i], string.format('%.0f', now) .. string.match(all[i + 1], '^%d+(.*)$')) end
end
return 1
