-- Moves an order that holds a slot to another state (rule 14). I6: only the slot's owner configures it.
--
-- KEYS  certificate, owner, held
-- ARGV  reference, slot
--       fromStates  separated by spaces
--       toState
--       csrHash     of the CSR that is about to be stored, or empty
--       corrected   JSON: the CSR and the name that the order was corrected to, or empty: a rebuilt ledger knows them, too
-- Answers ok, not the owner, or the state that the order is in.
local certificate, owner, held = unpack(KEYS, 4)
local reference, slot, fromStates, toState, csrHash, corrected = unpack(ARGV, 6)

local state, from = redis.call('HGET', certificate, 'state') or 'none', false
for each in string.gmatch(fromStates, '%S+') do if each == state then from = true end end
if not from then return answer(state) end
if redis.call('HGET', owner, slot) ~= reference or redis.call('HGET', held, reference) ~= slot then return answer('not the owner') end
if state ~= toState then write('HSET', certificate, 'state', toState) end
if csrHash ~= '' and redis.call('HGET', certificate, 'configuredCsr') ~= csrHash then
  write('HSET', certificate, 'configuredCsr', csrHash)
end
if corrected ~= '' and redis.call('HGET', certificate, 'corrected') ~= corrected then
  write('HSET', certificate, 'corrected', corrected)
end
return answer('ok')
