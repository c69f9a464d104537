-- The price of all that is in flight, in whole ten-thousandths. Reads only.
--
-- KEYS  unsettled
-- Answers air SUM.
--- @include in-flight
local unsettled = unpack(KEYS, 4)

local sum = 0
for _, entry in ipairs(redis.call('HVALS', unsettled)) do sum = sum + inFlight(entry).price end
return answer('air', string.format('%.0f', sum))
