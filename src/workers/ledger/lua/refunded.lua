-- eNom shows the slot as refunded (rule 15): it is nobody's any more, and the order waits for a person.
--
-- KEYS  certificate, owner, held, version
-- ARGV  reference, slot, class
-- Answers ok, or not the owner.
local certificate, owner, held, version = unpack(KEYS, 4)
local reference, slot, class = unpack(ARGV, 6)

if redis.call('HGET', held, reference) ~= slot then return answer('not the owner') end
write('HSET', owner, slot, 'REFUNDED')
write('HDEL', held, reference)
raise(version, class)
write('HDEL', certificate, 'certId')
local list = cjson.decode(redis.call('HGET', certificate, 'purchases') or '[]')
for _, purchase in ipairs(list) do
  if string.format('%.0f', purchase.certId) == slot then purchase.refunded = true end
end
if #list > 0 then write('HSET', certificate, 'purchases', cjson.encode(list)) end
if redis.call('HGET', certificate, 'state') ~= 'CANCELLED' then write('HSET', certificate, 'state', 'PARKED') end
return answer('ok')
