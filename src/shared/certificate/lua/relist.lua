-- Puts certificates into their lists that an earlier version of Certfleet saved last.
--
-- KEYS  certificate
-- ARGV  reference
--       version  that was read
--       index    in front of all lists
--       listed   where it stands
--       former   the name that it was ordered with, where it has another one now
--       code     why it needs attention, or empty
-- Returns 1, or 0 when somebody saved in between: whoever did put it there.
--- @include listing
local certificate = unpack(KEYS)
local reference, version, index, listed, former, code = unpack(ARGV)

if redis.call('HGET', certificate, 'version') ~= version then return 0 end
putInLists(certificate, index, reference, listed, former)
putUnderCode(certificate, index, reference, code)
return 1
