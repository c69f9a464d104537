-- Saves the record over the version that was read, and puts the certificate into every index where it belongs.
--
-- KEYS  certificate
--       withAttention, byExpiry                indexes
--       unfinishedOpen, unfinishedReissue      what the sweeper enqueues when due
--       due                                    when the policy acts
--       newStatus                              the index of the status that it has now
--       statusIndexes                          of every status
-- ARGV  reference
--       version                                that was read
--       record                                 JSON
--       status
--       needsAttention                         1, or empty
--       notAfter, openAt, reissueAt, policyAt  ms, or empty: out of the index
--       state                                  of the ledger, as it was read
-- Returns 1, or 0 when somebody else saved in between, or when an order would end on a ledger state that is no longer
-- there: a Redis that lost its last steps must not lose the order with them.
local certificate, withAttention, byExpiry, unfinishedOpen, unfinishedReissue, due, newStatus = unpack(KEYS)
local reference, version, record, status, needsAttention, notAfter, openAt, reissueAt, policyAt, state = unpack(ARGV)
local statusIndexes = { unpack(KEYS, 8) }

local knownVersion, acceptedAt, knownStatus = unpack(redis.call('HMGET', certificate, 'version', 'acceptedAt', 'status'))
if knownVersion ~= version then return 0 end
if openAt == '' and redis.call('HGET', certificate, 'state') ~= state then return 0 end
if knownStatus ~= status then
  for _, index in ipairs(statusIndexes) do redis.call('ZREM', index, reference) end
  redis.call('ZADD', newStatus, acceptedAt, reference)
end
redis.call('HSET', certificate, 'record', record, 'status', status)
redis.call('HINCRBY', certificate, 'version', 1)

local function index(key, score)
  if score == '' then redis.call('ZREM', key, reference) else redis.call('ZADD', key, score, reference) end
end
index(withAttention, needsAttention == '' and '' or acceptedAt)
index(byExpiry, notAfter)
index(unfinishedOpen, openAt)
index(unfinishedReissue, reissueAt)
index(due, policyAt)
return 1
