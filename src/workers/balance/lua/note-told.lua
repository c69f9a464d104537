-- A turn was told of.
--
-- KEYS  turns
-- ARGV  number  of the turn
local turns = unpack(KEYS)
local number = unpack(ARGV)

redis.call('HDEL', turns, number)
if tonumber(redis.call('HGET', turns, 'told') or 0) < tonumber(number) then redis.call('HSET', turns, 'told', number) end
