-- Notes a slot that eNom listed after a restore and that no order is known for: no list gives it to an order from now on.
--
-- KEYS  owner, version, found
--       pool    unused slots of the class
-- ARGV  slot, class
--       entry   JSON, as found.ts writes it
--       holder  the order that has the slot in the ledger although eNom shows another name in it, or empty
-- Answers noted, or known OWNER.
local owner, version, found, pool = unpack(KEYS, 4)
local slot, class, entry, holder = unpack(ARGV, 6)

local at = redis.call('HGET', owner, slot)
if holder ~= '' then
  if at ~= holder then return answer('known', at or '') end
elseif at and at ~= 'POOL' and at ~= '~FOUND' then return answer('known', at)
elseif at ~= '~FOUND' then
  if at then write('ZREM', pool, slot) end
  write('HSET', owner, slot, '~FOUND')
  raise(version, class)
end
write('HSET', found, slot, entry)
return answer('noted')
