-- Begins the next term of an order. The slot stays the order's under the name of its term, `REF~1`: it serves until the next one
-- is there, and is never given away. Whatever the record says, nothing is bought again long before the last term is over.
--
-- KEYS  certificate, owner, held, version
-- ARGV  reference, slot
--       term           that ends
--       class
--       earliestDays   before the end of the term
--       recordVersion  of the record that was read
-- Answers ok, changed, wrong-state STATE, not the owner, too-early.
local certificate, owner, held, version = unpack(KEYS, 4)
local reference, slot, term, class, earliestDays, recordVersion = unpack(ARGV, 6)
local DAY_MS = 86400000

local state, orderTerm, slotAt, years, orderVersion =
  unpack(redis.call('HMGET', certificate, 'state', 'term', 'slotAt', 'years', 'version'))
if (orderTerm or '1') ~= term or orderVersion ~= recordVersion then return answer('changed') end
if state ~= 'CONFIGURED' then return answer('wrong-state', state or 'none') end
if redis.call('HGET', owner, slot) ~= reference or redis.call('HGET', held, reference) ~= slot then return answer('not the owner') end
local ends = tonumber(slotAt or 0) + tonumber(years or 1) * 365 * DAY_MS
if now < ends - earliestDays * DAY_MS then return answer('too-early') end
local past = reference .. '~' .. term
write('HSET', owner, slot, past)
write('HSET', held, past, slot)
write('HDEL', held, reference)
raise(version, class)
write('HDEL', certificate, 'certId', 'slotAt')
write('HSET', certificate, 'state', 'APPROVED', 'term', tonumber(term) + 1, 'rebuys', 0, 'renewedAt', now)
return answer('ok')
