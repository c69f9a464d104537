-- Adds a user, or changes one that exists; never the one instead of the other.
--
-- KEYS  user, users
-- ARGV  name
--       expects  'new' or 'known'
--       then fields and values in turn
-- Returns 1 where it was kept, 0 where the user exists already, or does not.
local user, users = unpack(KEYS)
local name, expects = unpack(ARGV)
local fields = { unpack(ARGV, 3) }

local exists = redis.call('EXISTS', user) == 1
if exists ~= (expects == 'known') then return 0 end
for i = 1, #fields, 2 do redis.call('HSET', user, fields[i], fields[i + 1]) end
redis.call('SADD', users, name)
return 1
