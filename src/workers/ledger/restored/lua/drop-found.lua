-- A person says that a slot which was found after a restore is no purchase of this fleet's, or that nobody waits for it.
--
-- KEYS  owner, version, found
-- ARGV  slot, class
--       words  who and why
-- Answers dropped, or unknown.
local owner, version, found = unpack(KEYS, 4)
local slot, class, words = unpack(ARGV, 6)

if redis.call('HEXISTS', found, slot) == 0 then return answer('unknown') end
if redis.call('HGET', owner, slot) == '~FOUND' then
  write('HSET', owner, slot, 'FOREIGN')
  raise(version, class)
end
write('HDEL', found, slot)
write('HSET', metaKey, 'dropped', words)
return answer('dropped')
