-- Says what became of an order of the inbox, and takes it out. Nothing is done where somebody else has said so.
--
-- KEYS  taken        entries that somebody has in hand
--       orders       entry -> JSON
--       answers      of the order's reference: ticket -> JSON
-- ARGV  entry
--       ticket       the field of `answers`
--       answer       JSON
--       keptSeconds  how long answers stay
-- Returns 1; 0 where it was answered before.
local taken, orders, answers = unpack(KEYS)
local entry, ticket, answer, keptSeconds = unpack(ARGV)

if redis.call('ZREM', taken, entry) == 0 then return 0 end
redis.call('HDEL', orders, entry)
redis.call('HSET', answers, ticket, answer)
redis.call('EXPIRE', answers, keptSeconds)
return 1
