-- Forgets a state that is over, and tells of it.
--
-- KEYS  troubles  of an account, or of the whole fleet
--       stream    all events of the fleet
-- ARGV  name      of the state
--       events    what is told, as `tell` reads it; empty: nobody heard that it began
--- @include ../../../shared/events/lua/tell
local troubles, stream = unpack(KEYS)
local name, events = unpack(ARGV)

if redis.call('HDEL', troubles, name) == 1 then tell(stream, events) end
