-- Cancels an order. A purchase in flight is waited for: only then is known what is cancelled.
-- Rule 15: a slot that nobody ever began to configure is given back to the pool; any other one stays the order's (recycle.lua).
-- What was parked keeps its exposure among the abandoned.
--
-- KEYS  certificate
--       attempt    the newest
--       owner, held, version, parked, abandoned
--       pool       unused slots of the class
-- ARGV  reference
--       number     of the attempt
--       class
--       field      REF#N, as the maps name the attempt
-- Answers ok with the slot that the order gave back or empty, changed, in-doubt.
--- @include void-prepared
local certificate, attempt, owner, held, version, parked, abandoned, pool = unpack(KEYS, 4)
local reference, number, class, field = unpack(ARGV, 6)

local state = redis.call('HGET', certificate, 'state')
if state == 'CANCELLED' then return answer('ok', redis.call('HGET', certificate, 'gaveBack') or '') end
if redis.call('HGET', certificate, 'attempt') ~= number then return answer('changed') end
if voidPrepared(attempt) then return answer('in-doubt') end
local slot = redis.call('HGET', held, reference)
local untouched = redis.call('HEXISTS', certificate, 'configuredCsr') == 0
if slot and untouched and (state == 'APPROVED' or state == 'BUYING' or state == 'OWNED') then
  write('HDEL', held, reference)
  write('HSET', owner, slot, 'POOL')
  write('ZADD', pool, redis.call('HGET', certificate, 'slotAt') or now, slot)
  raise(version, class)
  write('HDEL', certificate, 'certId')
  write('HSET', certificate, 'gaveBack', slot)
else
  slot = ''
end
local entry = redis.call('HGET', parked, field)
if entry then
  write('HDEL', parked, field)
  write('HSET', abandoned, field, entry)
end
write('HSET', certificate, 'state', 'CANCELLED')
return answer('ok', slot)
