-- Says that the sender still lives.
--
-- KEYS  mail
-- ARGV  token, leaseMs
-- Returns 1, or 0 when the mail is no longer the sender's.
--- @include now
local mail = unpack(KEYS)
local token, leaseMs = unpack(ARGV)

if redis.call('HGET', mail, 'token') ~= token then return 0 end
redis.call('HSET', mail, 'leaseUntil', now + leaseMs)
return 1
