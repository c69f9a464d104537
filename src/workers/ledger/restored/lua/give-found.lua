-- Gives a slot that was found after a restore to the order that it was bought for: two-way and atomic, as a claim (rule 12).
--
-- KEYS  certificate, owner, held, version, found
--       newest    the order's newest attempt
--       former    of the order that has the slot in the ledger; of the order itself where none has
--       stream    all events of the fleet
-- ARGV  reference
--       number    of the newest attempt, 0 before the first
--       slot, class
--       purchase  JSON
--       boughtAt  ms
--       account, years, price  facts of the order from here on
--       words     of a person, or empty
--       holder    the order that has the slot in the ledger, or empty: only a cancelled one lets it go
-- Answers given, holds SLOT, wrong-state STATE, changed, in-doubt STATE, taken OWNER, not-let-go.
--- @include ../../../../shared/events/lua/tell
--- @include ../../../../shared/events/lua/about
local certificate, owner, held, version, found, newest, former, stream = unpack(KEYS, 4)
local reference, number, slot, class, purchase, boughtAt, account, years, price, words, holder = unpack(ARGV, 6)

local mine = redis.call('HGET', held, reference)
if mine then return answer('holds', mine) end
local state = redis.call('HGET', certificate, 'state') or 'none'
if state ~= 'APPROVED' and state ~= 'BUYING' then return answer('wrong-state', state) end
if redis.call('HGET', certificate, 'attempt') ~= number then return answer('changed') end
local newestState = redis.call('HGET', newest, 'state')
if newestState == 'SENDING' or newestState == 'UNKNOWN' or newestState == 'PARKED' then return answer('in-doubt', newestState) end
local at = redis.call('HGET', owner, slot) or ''
if at ~= (holder == '' and '~FOUND' or holder) then return answer('taken', at) end
if holder ~= '' then
  if redis.call('HGET', held, holder) ~= slot then return answer('taken', at) end
  if redis.call('HGET', former, 'state') ~= 'CANCELLED' then return answer('not-let-go') end
  write('HDEL', held, holder)
  write('HDEL', former, 'certId')
  write('HSET', former, 'gaveBack', slot)
end

if newestState == 'PREPARED' then write('HSET', newest, 'state', 'VOID') end
write('HSET', owner, slot, reference)
write('HSET', held, reference, slot)
raise(version, class)
local list = redis.call('HGET', certificate, 'purchases') or '[]'
write('HSET', certificate, 'state', 'OWNED', 'certId', slot, 'slotAt', boughtAt, 'account', account, 'years', years, 'price', price,
  'purchases', string.sub(list, 1, -2) .. (list == '[]' and '' or ',') .. purchase .. ']')
tell(stream, eventOf(certificate, reference, '', 'certificate.purchased', cjson.decode(purchase).at))
write('HDEL', found, slot)
if words ~= '' then write('HSET', metaKey, 'given', words) end
return answer('given')
