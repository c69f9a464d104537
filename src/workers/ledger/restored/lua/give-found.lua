-- Gives a slot that was found after a restore to the order that it was bought for: two-way and atomic, as a claim (rule 12).
--
-- KEYS  certificate, owner, held, version, found
--       newest    the order's newest attempt
-- ARGV  reference
--       number    of the newest attempt, 0 before the first
--       slot, class
--       purchase  JSON
--       boughtAt  ms
--       account, years, price  facts of the order from here on
--       words     of a person, or empty
-- Answers given, holds SLOT, wrong-state STATE, changed, in-doubt STATE, taken OWNER.
local certificate, owner, held, version, found, newest = unpack(KEYS, 3)
local reference, number, slot, class, purchase, boughtAt, account, years, price, words = unpack(ARGV, 5)

local mine = redis.call('HGET', held, reference)
if mine then return answer('holds', mine) end
local state = redis.call('HGET', certificate, 'state') or 'none'
if state ~= 'APPROVED' and state ~= 'BUYING' then return answer('wrong-state', state) end
if redis.call('HGET', certificate, 'attempt') ~= number then return answer('changed') end
local newestState = redis.call('HGET', newest, 'state')
if newestState == 'SENDING' or newestState == 'UNKNOWN' or newestState == 'PARKED' then return answer('in-doubt', newestState) end
local at = redis.call('HGET', owner, slot) or ''
if at ~= '~FOUND' then return answer('taken', at) end

if newestState == 'PREPARED' then write('HSET', newest, 'state', 'VOID') end
write('HSET', owner, slot, reference)
write('HSET', held, reference, slot)
raise(version, class)
local list = redis.call('HGET', certificate, 'purchases') or '[]'
write('HSET', certificate, 'state', 'OWNED', 'certId', slot, 'slotAt', boughtAt, 'account', account, 'years', years, 'price', price,
  'purchases', string.sub(list, 1, -2) .. (list == '[]' and '' or ',') .. purchase .. ']')
write('HDEL', found, slot)
if words ~= '' then write('HSET', metaKey, 'given', words) end
return answer('given')
