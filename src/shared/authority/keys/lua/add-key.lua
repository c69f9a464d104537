-- Keeps a new key, unless a live one has its name.
--
-- KEYS  ids     hash id -> SHA-256 of the secret in force
--       secret  string
-- ARGV  id
--       sha256
--       key     JSON
-- Returns 1 where it is kept, 0 where a live key has the name.
local ids, secret = unpack(KEYS)
local id, sha256, key = unpack(ARGV)

if redis.call('HSETNX', ids, id, sha256) == 0 then return 0 end
redis.call('SET', secret, key)
return 1
