-- Gives a slot to an order (rule 12): two-way and atomic over `owner` and `held`.
-- A unique constraint on the slot alone would let one order take two; hence both maps, always together.
--
-- KEYS  certificate, attempt, owner, held, version, unsettled, parked, abandoned
--       pool      unused slots of the class
--       stream    all events of the fleet
-- ARGV  reference, slot, class
--       states    of the attempt to claim from, separated by spaces
--       field     REF#N, as the maps name the attempt
--       purchase  JSON
--       orderId   or empty
--       evidence  `exact`, or empty: exact evidence ends the attempt; a slot taken from the list may be another attempt's, so
--                 this one stays unsettled (COVERED) until T_settle
--       giveWay   owners that give way, separated by spaces
--       settleMs  T_settle
--       words     of a person, or empty
--       number    of the attempt
-- Answers ok, surplus (the slot is unused now), holds-another SLOT, wrong-state STATE, taken OWNER.
-- Whoever gets another slot is told of it here, once: whoever looks sees the purchase from now on.
--- @include in-flight
--- @include ../../../shared/events/lua/tell
--- @include ../../../shared/events/lua/about
local certificate, attempt, owner, held, version, unsettled, parked, abandoned, pool, stream = unpack(KEYS, 4)
local reference, slot, class, states, field, purchase, orderId, evidence, giveWay, settleMs, words, number = unpack(ARGV, 6)

local exact = evidence ~= ''
local at, mine = redis.call('HGET', owner, slot), redis.call('HGET', held, reference)
local state = redis.call('HGET', attempt, 'state') or 'none'
local function among(list, wanted) return string.find(' ' .. list .. ' ', ' ' .. wanted .. ' ', 1, true) ~= nil end
local from = among(states, state)
local bought = redis.call('HGET', attempt, 'gateAt') or string.format('%.0f', now)

local function toPool()
  if at then return end
  write('HSET', owner, slot, 'POOL')
  write('ZADD', pool, bought, slot)
  raise(version, class)
end

local function finish()
  if not from then return end
  local entry = redis.call('HGET', unsettled, field)
  local covers = not exact and entry and not settled(inFlight(entry), tonumber(settleMs))
  write('HSET', attempt, 'state', covers and 'COVERED' or 'OWNED', 'certId', slot)
  if orderId ~= '' then write('HSET', attempt, 'orderId', orderId) end
  if words ~= '' then write('HSET', attempt, 'evidence', words) end
  if covers then write('HSET', unsettled, field, string.sub(entry, 1, -2) .. 'C') else write('HDEL', unsettled, field) end
  write('HDEL', parked, field)
end

local function own()
  local isNew = redis.call('HGET', certificate, 'certId') ~= slot
  if isNew then
    local list = redis.call('HGET', certificate, 'purchases') or '[]'
    local comma = list == '[]' and '' or ','
    write('HSET', certificate, 'certId', slot, 'slotAt', bought, 'purchases', string.sub(list, 1, -2) .. comma .. purchase .. ']')
  end
  local orderState = redis.call('HGET', certificate, 'state')
  if orderState == 'APPROVED' or orderState == 'BUYING' or orderState == 'PARKED' then
    write('HSET', certificate, 'state', 'OWNED')
  end
  if isNew then tell(stream, eventOf(certificate, reference, '', 'certificate.purchased', cjson.decode(purchase).at)) end
end

if mine == slot and at == reference then own() finish() return answer('ok') end
if not from then
  if exact and redis.call('HEXISTS', abandoned, field) == 1 then
    if not at then write('HDEL', abandoned, field) end
    toPool()
    write('HSET', attempt, 'certId', slot)
    return answer('surplus')
  end
  if mine and state == 'OWNED' and redis.call('HGET', attempt, 'certId') == slot then return answer('holds-another', mine) end
  return answer('wrong-state', state)
end
if mine then
  if exact then toPool() finish() end
  return answer('holds-another', mine)
end
local orderState, orderAttempt = unpack(redis.call('HMGET', certificate, 'state', 'attempt'))
if orderState == 'CANCELLED' or orderState == 'REFUSED' or orderAttempt ~= number then
  if exact then toPool() finish() end
  return answer('surplus')
end
if at and not among(giveWay, at) then return answer('taken', at) end
write('ZREM', pool, slot)
write('HSET', owner, slot, reference)
write('HSET', held, reference, slot)
raise(version, class)
own() finish()
return answer('ok')
