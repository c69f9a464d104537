-- A person says that there are no replicas any more. Processes that remember some go by this.
--
-- KEYS  replicas
-- Answers when replicas were last seen (ms), or ''.
local replicas = unpack(KEYS)

local time = redis.call('TIME')
local seen = redis.call('HGET', replicas, 'seen') or ''
redis.call('HDEL', replicas, 'run', 'seen')
redis.call('HSET', replicas, 'forgotten', string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000)))
return seen
