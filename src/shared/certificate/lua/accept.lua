-- Keeps an accepted order. Money facts that are there already stay: a ledger rebuilt from its journal may know more of an order
-- than its text.
--
-- KEYS  certificate
--       byAcceptance, byDomain, byStatus  indexes; the status is `ordered`
--       unfinished                        of the queue `open`
-- ARGV  reference
--       digest      of the order as it came
--       kept        digest of the order as it is kept
--       order       JSON
--       record      JSON
--       acceptedAt  ms
-- Returns accepted, same (this very order is there), conflict (the reference belongs to another order).
local certificate, byAcceptance, byDomain, byStatus, unfinished = unpack(KEYS)
local reference, digest, kept, order, record, acceptedAt = unpack(ARGV)

local known, knownKept = unpack(redis.call('HMGET', certificate, 'digest', 'keptDigest'))
if known then
  -- Either form may be sent again, and a later version may write an order otherwise than the one that accepted it.
  for _, each in ipairs({ digest, kept }) do
    if each == known or each == knownKept then return 'same' end
  end
  return 'conflict'
end
redis.call('HSET', certificate, 'digest', digest, 'keptDigest', kept, 'order', order, 'record', record, 'acceptedAt', acceptedAt,
  'version', 1, 'status', 'ordered')
for field, first in pairs({ state = 'APPROVED', attempt = 0, purchases = '[]' }) do
  redis.call('HSETNX', certificate, field, first)
end
for _, index in ipairs({ byAcceptance, byDomain, byStatus, unfinished }) do redis.call('ZADD', index, acceptedAt, reference) end
return 'accepted'
