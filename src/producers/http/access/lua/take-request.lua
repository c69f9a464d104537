-- Counts one request of a caller: a bucket that fills evenly (GCRA, as in ATM traffic management). The key holds when
-- the bucket is full again.
--
-- KEYS  requests  string, µs since 1970
-- ARGV  each      µs in which one request comes back
--       whole     µs in which all of them do
-- Answers with how many are left (-1: none, this one is refused), µs until one is there, µs until the bucket is full.
local requests = unpack(KEYS)
local each, whole = unpack(ARGV)

each, whole = tonumber(each), tonumber(whole)
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local full = math.max(now, tonumber(redis.call('GET', requests) or 0))
-- Nobody can use up more than all: the clock was put back since. The bucket is full then, for nothing else would ever fill it.
if full > now + whole + each then full = now end
local after = full + each
if after - now > whole + 0.5 then return { -1, math.ceil(after - now - whole), math.ceil(full - now) } end
redis.call('SET', requests, string.format('%.0f', after), 'PX', math.ceil((after - now) / 1000) + 1)
return { math.floor((whole - (after - now)) / each + 0.000001), 0, math.ceil(after - now) }
