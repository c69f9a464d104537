-- All processes, with Redis' time of now in front.
-- KEYS  processes  hash: a process to `ms text`
-- Answers the time in milliseconds, then ids and texts in turn.
local processes = unpack(KEYS)

local time = redis.call('TIME')
local all = redis.call('HGETALL', processes)
table.insert(all, 1, string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000)))
return all
