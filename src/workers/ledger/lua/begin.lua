-- Begins a purchase (rules 4, 5, 6): gives the order an unused slot of its class, or prepares an attempt.
--
-- KEYS  certificate, held, owner, version, unsettled, spent
--       pool           unused slots of the class
--       newest, next   the newest attempt, and the one to be prepared
--       stream         all events of the fleet
-- ARGV  reference
--       number         of the newest attempt, 0 before the first
--       class
--       limits         JSON, as begin.ts writes it
--       poolAgeMs      an unused slot that was bought earlier is not used
--       onlyUnused     `only`: prepare nothing; or empty
--       at             now, RFC 3339
--       fields         the attempt's fields and values. Account, years and price are facts of the order from here on: a record
--                      that is older than the ledger is completed from them.
-- Answers holds SLOT, wrong-state STATE, changed, in-doubt STATE, from-pool SLOT, prepared, or what `tooMuch` says.
--- @include limits
--- @include ../../../shared/events/lua/tell
--- @include ../../../shared/events/lua/about
local certificate, held, owner, version, unsettled, spent, pool, newest, next, stream = unpack(KEYS, 4)
local reference, number, class, limits, poolAgeMs, onlyUnused, at = unpack(ARGV, 6)
local fields = restOf(ARGV, 13)

local function bind()
  for i = 1, #fields, 2 do
    local field = fields[i]
    if field == 'account' or field == 'years' or field == 'price' then write('HSET', certificate, field, fields[i + 1]) end
  end
end

local slot = redis.call('HGET', held, reference)
if slot then return answer('holds', slot) end
local state = redis.call('HGET', certificate, 'state') or 'none'
if state ~= 'APPROVED' and state ~= 'BUYING' then return answer('wrong-state', state) end
if redis.call('HGET', certificate, 'attempt') ~= number then return answer('changed') end
local newestState = redis.call('HGET', newest, 'state')
if newestState == 'SENDING' or newestState == 'UNKNOWN' or newestState == 'PARKED' then return answer('in-doubt', newestState) end

local unused = redis.call('ZRANGE', pool, now - poolAgeMs, '+inf', 'BYSCORE', 'WITHSCORES')
for i = 1, #unused, 2 do
  local found, boughtAt = unused[i], unused[i + 1]
  write('ZREM', pool, found)
  if redis.call('HGET', owner, found) == 'POOL' then
    if newestState == 'PREPARED' then write('HSET', newest, 'state', 'VOID') end
    write('HSET', owner, found, reference)
    write('HSET', held, reference, found)
    local list = redis.call('HGET', certificate, 'purchases') or '[]'
    local purchase = '{"certId":' .. found .. ',"orderId":null,"at":"' .. at .. '","years":' .. string.match(class, '/(%d+)/%d+$') .. '}]'
    write('HSET', certificate, 'state', 'OWNED', 'certId', found, 'slotAt', boughtAt,
      'purchases', string.sub(list, 1, -2) .. (list == '[]' and '' or ',') .. purchase)
    raise(version, class)
    bind()
    tell(stream, eventOf(certificate, reference, '', 'certificate.purchased', at))
    return answer('from-pool', found)
  end
end
if onlyUnused ~= '' then return answer('changed') end

local full = tooMuch(unsettled, spent, class, cjson.decode(limits))
if full then return answer(full) end
if newestState == 'PREPARED' then write('HSET', newest, 'state', 'VOID') end
local prepared = { 'HSET', next, 'state', 'PREPARED', 'slotClass', class, 'preparedAt', now }
for _, part in ipairs(fields) do prepared[#prepared + 1] = part end
write(unpack(prepared))
write('HSET', certificate, 'state', 'BUYING', 'attempt', number + 1)
bind()
return answer('prepared')
