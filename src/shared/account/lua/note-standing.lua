-- Keeps why an account buys nothing until eNom's list is understood, or forgets it; and tells that.
--
-- KEYS  standing
--       troubles  of the account
--       stream    all events of the fleet
-- ARGV  text    JSON; empty: the list is understood
--       begins  as `beginState` reads it, where it is not
--       ends    as `endState` reads it, where it is
--- @include told-state
local standing, troubles, stream = unpack(KEYS)
local text, begins, ends = unpack(ARGV)

if text == '' then
  redis.call('DEL', standing)
  endState(troubles, stream, ends)
else
  redis.call('SET', standing, text)
  beginState(troubles, stream, begins)
end
