-- Keeps a balance that was read. Of each hour the last reading stays, so that polls on demand make the history no longer.
-- One that comes behind a newer one is dropped.
--
-- KEYS  account, readings
-- ARGV  reading    JSON
--       at         its time (ms)
--       hourBegin  of its hour (ms)
--       oldest     time that is kept (ms)
local account, readings = unpack(KEYS)
local reading, at, hourBegin, oldest = unpack(ARGV)

local kept = redis.call('HGET', account, 'balance')
if kept and cjson.decode(kept).at > cjson.decode(reading).at then return end
redis.call('HSET', account, 'balance', reading)
redis.call('ZREMRANGEBYSCORE', readings, hourBegin, at)
redis.call('ZADD', readings, at, reading)
redis.call('ZREMRANGEBYSCORE', readings, '-inf', '(' .. oldest)
