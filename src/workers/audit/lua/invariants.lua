-- What must be true of an account's ledger at any moment (I1, I3). Reads only.
--
-- KEYS  owner, held, unsettled
-- Answers checked JSON: faults, a sentence each.
local owner, held, unsettled = unpack(KEYS, 4)

local faults, owners, slots = {}, redis.call('HGETALL', owner), redis.call('HGETALL', held)
local none = { POOL = true, LEGACY = true, FOREIGN = true, REFUNDED = true, ['~FOUND'] = true }
local slotOf, ownerOf = {}, {}
for i = 1, #slots, 2 do slotOf[slots[i]] = slots[i + 1] end
for i = 1, #owners, 2 do
  local slot, of = owners[i], owners[i + 1]
  ownerOf[slot] = of
  if not none[of] and slotOf[of] ~= slot then
    faults[#faults + 1] = 'I1: slot ' .. slot .. ' belongs to ' .. of .. ', which does not hold it.'
  end
end
for reference, slot in pairs(slotOf) do
  if ownerOf[slot] ~= reference then
    faults[#faults + 1] = 'I1: ' .. reference .. ' holds slot ' .. slot .. ', which is not its own.'
  end
end
local open = {}
for _, field in ipairs(redis.call('HKEYS', unsettled)) do
  local reference = string.match(field, '^(.*)#%d+$')
  local flag = string.sub(redis.call('HGET', unsettled, field), -1)
  if flag ~= 'C' and open[reference] then faults[#faults + 1] = 'I3: ' .. reference .. ' has two open attempts.' end
  if flag ~= 'C' then open[reference] = true end
end
return answer('checked', cjson.encode(faults))
