-- Adds an endpoint, which hears of what happens from now on.
-- Answers 1; 0 where there is one of this name.
--
-- KEYS  hook    the endpoint
--       hooks   all endpoints
--       events  the stream of all events
-- ARGV  id      its name
--       now     the time, ms
--       url, wanted, allowPrivate, source   as the endpoint has them
local hook, hooks, events = unpack(KEYS)
local id, now, url, wanted, allowPrivate, source = unpack(ARGV)

if redis.call('EXISTS', hook) == 1 then return 0 end
local last = redis.call('XREVRANGE', events, '+', '-', 'COUNT', 1)[1]
redis.call('HSET', hook, 'state', 'on', 'createdAt', now, 'cursor', last and last[1] or '0-0')
redis.call('HSET', hook, 'url', url, 'events', wanted, 'allowPrivate', allowPrivate, 'source', source)
redis.call('ZADD', hooks, now, id)
return 1
