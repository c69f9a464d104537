-- Gives a key a new secret, unless somebody else did meanwhile. The one before stays for a while, or goes at once; an
-- older one goes.
--
-- KEYS  ids      hash id -> SHA-256 of the secret in force
--       current  the secret so far
--       fresh    the new one
--       older    the one before both
-- ARGV  id
--       currentHash
--       freshHash
--       key        JSON
--       overlapMs  0: none
-- Returns 1 where it was done, 0 where the secret in force is another one.
local ids, current, fresh, older = unpack(KEYS)
local id, currentHash, freshHash, key, overlapMs = unpack(ARGV)

if redis.call('HGET', ids, id) ~= currentHash then return 0 end
redis.call('HSET', ids, id, freshHash)
redis.call('SET', fresh, key)
redis.call('DEL', older)
if tonumber(overlapMs) > 0 then
  redis.call('SET', current, key, 'PX', overlapMs)
else
  redis.call('DEL', current)
end
return 1
