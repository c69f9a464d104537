-- Counts a turn of the balance: below its minimum, and back above it. A reading that comes behind a newer one says nothing any more.
--
-- KEYS  turns
--       stream        all events of the fleet
-- ARGV  reading       JSON
--       available, minimum
--       restoredFrom  from what on it is restored (all in whole ten-thousandths)
--       fell, restored  what is told of either turn, as `tell` reads it
--- @include ../../../shared/events/lua/tell
local turns, stream = unpack(KEYS)
local reading, available, minimum, restoredFrom, fell, restored = unpack(ARGV)

local at = cjson.decode(reading).at
local seenAt = redis.call('HGET', turns, 'seenAt')
if seenAt and seenAt > at then return end
redis.call('HSET', turns, 'seenAt', at)
local count = tonumber(redis.call('HGET', turns, 'count') or 0)
local isLow = count % 2 == 1
available = tonumber(available)
if isLow and available < tonumber(restoredFrom) or not isLow and available >= tonumber(minimum) then return end
redis.call('HSET', turns, 'count', count + 1, tostring(count + 1), reading)
tell(stream, isLow and restored or fell)
