-- KEYS  processes  names the server, where there are several: all keys of a fleet lie on one
-- Answers Redis' time in milliseconds. The fleet goes by it.
local processes = unpack(KEYS)

local time = redis.call('TIME')
return string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
