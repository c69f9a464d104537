-- Gives the slot of a cancelled order to the pool, after eNom has shown that it may be configured anew (rule 15). The proof is
-- read behind the cancellation: from then on `configure` refuses, and nobody begins to configure it for this order.
--
-- KEYS  certificate, owner, held, version
--       pool       unused slots of the class
--       left       what cancelled orders left in their slots
-- ARGV  reference, slot, class
--       traces     JSON: the CSR and the names that eNom may still show there
-- Answers ok, not the owner, or the state that the order is in.
local certificate, owner, held, version, pool, left = unpack(KEYS, 4)
local reference, slot, class, traces = unpack(ARGV, 6)

local state = redis.call('HGET', certificate, 'state') or 'none'
if state ~= 'CANCELLED' then return answer(state) end
if redis.call('HGET', certificate, 'gaveBack') == slot then return answer('ok') end
if redis.call('HGET', owner, slot) ~= reference or redis.call('HGET', held, reference) ~= slot then return answer('not the owner') end
write('HDEL', held, reference)
write('HSET', owner, slot, 'POOL')
write('ZADD', pool, redis.call('HGET', certificate, 'slotAt') or 0, slot)
write('HSET', left, slot, traces)
raise(version, class)
write('HDEL', certificate, 'certId')
write('HSET', certificate, 'gaveBack', slot)
return answer('ok')
