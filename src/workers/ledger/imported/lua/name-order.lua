-- Gives an order that was taken in, and that nothing was done with yet, another reference: both maps, its facts, its text and
-- its lists in one moment. Nobody but the match file of an import asks for it.
--
-- KEYS  certificate, former, owner, held, version
--       updated     when each certificate was last saved
--       due         when the policy acts
-- ARGV  reference   from here on
--       before      the reference until now
--       slot, class
--       order, record  JSON
--       digest      of the order
--       share       whose work it is
--       recordVersion  that was read
--       index       in front of all lists
--       listed      where it stands
-- Answers named, another (the reference is taken), changed (somebody saved in between), wrong-state STATE, not the owner.
--- @include ../../../../shared/certificate/lua/listing
local certificate, former, owner, held, version, updated, due = unpack(KEYS, 4)
local reference, before, slot, class, order, record, digest, share, recordVersion, index, listed = unpack(ARGV, 6)
local MONEY = { 'state', 'certId', 'slotAt', 'purchases', 'account', 'years', 'price', 'term' }

if redis.call('EXISTS', certificate) == 1 or redis.call('HEXISTS', held, reference) == 1 then return answer('another') end
local state, at, attempt, was, acceptedAt, attention = unpack(redis.call('HMGET', former, 'state', 'version', 'attempt', 'listed', 'acceptedAt', 'attentionCode'))
if at ~= recordVersion then return answer('changed') end
if state ~= 'CONFIGURED' or attempt ~= '0' or (attention and attention ~= '') then return answer('wrong-state', state or 'none') end
if redis.call('HGET', owner, slot) ~= before or redis.call('HGET', held, before) ~= slot then return answer('not the owner') end

write('HSET', owner, slot, reference)
write('HSET', held, reference, slot)
write('HDEL', held, before)
raise(version, class)
for _, field in ipairs(MONEY) do
  local value = redis.call('HGET', former, field)
  if value then write('HSET', certificate, field, value) end
end
write('HDEL', former, unpack(MONEY))
for _, name in ipairs((listsOf(index, was, acceptedAt))) do redis.call('ZREM', name, before) end
redis.call('ZREM', updated, before)
redis.call('ZREM', due, before)
redis.call('DEL', former)
redis.call('HSET', certificate, 'digest', digest, 'keptDigest', digest, 'order', order, 'record', record, 'acceptedAt', acceptedAt,
  'version', 1, 'status', string.match(listed, '^[^|]*|([^|]*)'), 'share', share, 'attempt', 0, 'rebuys', 0)
putInLists(certificate, index, reference, listed, '')
redis.call('ZADD', updated, math.floor(now), reference)
return answer('named')
