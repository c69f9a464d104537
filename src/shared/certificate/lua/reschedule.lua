-- Puts the certificate where its policy acts next, unless somebody saved in between.
--
-- KEYS  certificate
--       due        the index
-- ARGV  reference
--       version    that was read
--       policyAt   ms, or empty
-- Returns 1, or 0 when somebody else saved in between.
local certificate, due = unpack(KEYS)
local reference, version, policyAt = unpack(ARGV)

if redis.call('HGET', certificate, 'version') ~= version then return 0 end
if policyAt == '' then redis.call('ZREM', due, reference) else redis.call('ZADD', due, policyAt, reference) end
return 1
