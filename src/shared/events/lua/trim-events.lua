-- Takes events away that are too old. The newest stays, so that a reader who has seen it is not told that it missed something.
--
-- KEYS  stream  all events of the fleet
-- ARGV  days    that they are kept
-- Returns how many went.
local stream = unpack(KEYS)
local days = unpack(ARGV)

local newest = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1]
if not newest then return 0 end
local oldest = redis.call('TIME')[1] * 1000 - days * 86400000
if tonumber(string.match(newest[1], '^%d+')) < oldest then
  return redis.call('XTRIM', stream, 'MINID', newest[1])
end
return redis.call('XTRIM', stream, 'MINID', string.format('%.0f', oldest))
