-- Puts certificates into their lists that an earlier version of Certfleet saved last.
--
-- KEYS  certificate
--       updated  when each certificate was last saved
-- ARGV  reference
--       version  that was read
--       index    in front of all lists
--       listed   where it stands
--       former   the name that it was ordered with, where it has another one now
--       code     why it needs attention, or empty
--       at       ms: when it was last saved, as far as its record knows
-- Returns 1, or 0 when somebody saved in between: whoever did put it there.
--- @include listing
local certificate, updated = unpack(KEYS)
local reference, version, index, listed, former, code, at = unpack(ARGV)

if redis.call('HGET', certificate, 'version') ~= version then return 0 end
putInLists(certificate, index, reference, listed, former)
putUnderCode(certificate, index, reference, code)
redis.call('ZADD', updated, 'GT', at, reference)
return 1
