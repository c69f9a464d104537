-- Without a minimum nothing is low: a fall is forgotten, and nothing is left to tell.
--
-- KEYS  turns
local turns = unpack(KEYS)

local count = tonumber(redis.call('HGET', turns, 'count') or 0)
count = count + count % 2
redis.call('DEL', turns)
if count > 0 then redis.call('HSET', turns, 'count', count, 'told', count) end
