-- Takes an account into use, once; a second process finds it done. I7: every certificate that the account holds at that moment
-- is in a map from then on, and never given to an order by a machine.
--
-- KEYS  owner
-- ARGV  login  API host and user name
--       slots  any number of CertIDs: `id` is LEGACY, `-id` is REFUNDED
-- Answers bound, or known.
local owner = unpack(KEYS, 4)
local login = unpack(ARGV, 6, 6)
local slots = restOf(ARGV, 7)

if isBound then return answer('known') end
write('HSET', metaKey, 'epoch', 1, 'login', login, 'journal', journalId)
redis.call('HSET', metaKey, 'run', run, 'dwell', 0, 'dwellAt', string.format('%.0f', now))
epoch = 1
for _, slot in ipairs(slots) do
  local of = 'LEGACY'
  if string.sub(slot, 1, 1) == '-' then slot, of = string.sub(slot, 2), 'REFUNDED' end
  if redis.call('HEXISTS', owner, slot) == 0 then write('HSET', owner, slot, of) end
end
return answer('bound')
