-- Keeps what a connection check came to, and tells the state that it begins or ends.
--
-- KEYS  account
--       troubles  of the account
--       stream    all events of the fleet
-- ARGV  check   JSON
--       begins  as `beginState` reads it; empty: nothing begins
--       ends    JSON, a list of what `endState` reads
--- @include told-state
local account, troubles, stream = unpack(KEYS)
local check, begins, ends = unpack(ARGV)

redis.call('HSET', account, 'check', check)
for _, each in ipairs(cjson.decode(ends)) do endState(troubles, stream, each) end
beginState(troubles, stream, begins)
