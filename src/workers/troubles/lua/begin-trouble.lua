-- Notes a state that was not there before, and tells of it.
--
-- KEYS  troubles  of an account, or of the whole fleet
--       stream    all events of the fleet
-- ARGV  name      of the state
--       note      JSON
--       isFirst   1: only where nothing is noted of it; empty: only where nobody was told of it
--       looked    when it was looked for, RFC 3339: a state that somebody ended before is there anew
--       events    what is told, as `tell` reads it; empty: not yet
-- Returns 1, or 0 where somebody else was first.
--- @include ../../../shared/events/lua/tell
local troubles, stream = unpack(KEYS)
local name, note, isFirst, looked, events = unpack(ARGV)

local was = redis.call('HGET', troubles, name)
local known = was and cjson.decode(was)
if known and known.ended and known.ended < looked then was = false end
if was and (isFirst ~= '' or known.told) then return 0 end
redis.call('HSET', troubles, name, note)
tell(stream, events)
return 1
