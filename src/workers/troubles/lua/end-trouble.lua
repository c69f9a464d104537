-- Forgets a state that is over, and tells of it where whoever ended it has not.
--
-- KEYS  troubles  of an account, or of the whole fleet
--       stream    all events of the fleet
-- ARGV  name      of the state
--       events    what is told, as `tell` reads it; empty: nobody heard that it began
--- @include ../../../shared/events/lua/tell
local troubles, stream = unpack(KEYS)
local name, events = unpack(ARGV)

local was = redis.call('HGET', troubles, name)
if not was then return end
redis.call('HDEL', troubles, name)
if not cjson.decode(was).ended then tell(stream, events) end
