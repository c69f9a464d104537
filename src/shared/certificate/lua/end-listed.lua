-- Certificates that ended, and that nobody saved since, leave the lists of the status that they had; it is told of each.
--
-- KEYS  ended    the list by expiry of a status
--       updated  when each certificate was last changed
--       stream   all events of the fleet
-- ARGV  index    in front of all lists
--       now      ms
--       prefix   of the keys of certificates
--       most     how many at once
--       at       now, RFC 3339
-- Returns how many left; what was not saved by this version stays until it is listed anew.
--- @include listing
--- @include ../../events/lua/tell
--- @include ../../events/lua/about
local ended, updated, stream = unpack(KEYS)
local index, now, prefix, most, at = unpack(ARGV)

local count = 0
for _, reference in ipairs(redis.call('ZRANGE', ended, '-inf', '(' .. now, 'BYSCORE', 'LIMIT', 0, most)) do
  local certificate = prefix .. reference
  local listed, listedVersion, version, status = unpack(redis.call('HMGET', certificate, 'listed', 'listedVersion', 'version', 'status'))
  if not version then
    redis.call('ZREM', ended, reference)
    count = count + 1
  elseif listed and listedVersion == version then
    redis.call('HSET', certificate, 'status', 'expired')
    putInLists(certificate, index, reference, string.gsub(listed, '^([^|]*)|[^|]*|', '%1|expired|', 1), '')
    redis.call('ZADD', updated, now, reference)
    if status ~= 'expired' then tell(stream, eventOf(certificate, reference, 'expired', 'certificate.expired', at)) end
    count = count + 1
  end
end
return count
