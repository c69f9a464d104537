-- Ends a key with all its secrets, unless it got a new one meanwhile; it stays in the list of those that were.
--
-- KEYS  ids      hash id -> SHA-256 of the secret in force
--       revoked  hash id -> JSON
--       current  its secret
--       older    the one before
-- ARGV  id
--       currentHash
--       key          JSON
-- Returns 1 where it was done, 0 where the secret in force is another one.
local ids, revoked, current, older = unpack(KEYS)
local id, currentHash, key = unpack(ARGV)

if redis.call('HGET', ids, id) ~= currentHash then return 0 end
redis.call('HDEL', ids, id)
redis.call('DEL', current, older)
redis.call('HSET', revoked, id, key)
return 1
