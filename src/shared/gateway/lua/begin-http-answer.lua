-- Takes an Idempotency-Key for one request, or tells what became of the request that has it: of two gateways one begins.
--
-- KEYS  answer
-- ARGV  digest  of what is asked
--       owner   this one request
--       holdMs  after which the key is free again, if nobody answered
-- Answers with { 'begun' }, { 'other' } (the key is another request's), { 'running', ms until it is free }, or
-- { 'answered', status, headers, body }.
local answer = unpack(KEYS)
local digest, owner, holdMs = unpack(ARGV)

local known, status, headers, body = unpack(redis.call('HMGET', answer, 'digest', 'status', 'headers', 'body'))
if not known then
  redis.call('HSET', answer, 'digest', digest, 'owner', owner)
  redis.call('PEXPIRE', answer, holdMs)
  return { 'begun' }
end
if known ~= digest then return { 'other' } end
if not status then return { 'running', redis.call('PTTL', answer) } end
return { 'answered', status, headers, body }
