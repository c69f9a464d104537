-- Redis' own time (ms), and how the breaker keeps one.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function put(key, field, ms) redis.call('HSET', key, field, string.format('%.0f', ms)) end
