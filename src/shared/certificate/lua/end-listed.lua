-- Certificates that ended, and that nobody saved since, leave the lists of the status that they had.
--
-- KEYS  ended    the list by expiry of a status
-- ARGV  index    in front of all lists
--       now      ms
--       prefix   of the keys of certificates
--       most     how many at once
-- Returns how many left; what was not saved by this version stays until it is listed anew.
--- @include listing
local ended = unpack(KEYS)
local index, now, prefix, most = unpack(ARGV)

local count = 0
for _, reference in ipairs(redis.call('ZRANGE', ended, '-inf', '(' .. now, 'BYSCORE', 'LIMIT', 0, most)) do
  local certificate = prefix .. reference
  local listed, at, version = unpack(redis.call('HMGET', certificate, 'listed', 'listedVersion', 'version'))
  if not version then
    redis.call('ZREM', ended, reference)
    count = count + 1
  elseif listed and at == version then
    redis.call('HSET', certificate, 'status', 'expired')
    putInLists(certificate, index, reference, string.gsub(listed, '^([^|]*)|[^|]*|', '%1|expired|', 1), '')
    count = count + 1
  end
end
return count
