-- Whether one more mail may go in this second.
--
-- KEYS  rate   mails in this second
-- ARGV  most
-- Returns 0, or the milliseconds until the second is over.
local rate = unpack(KEYS)
local most = unpack(ARGV)

-- Redis' clock was put back since.
if redis.call('PTTL', rate) > 1000 then redis.call('PEXPIRE', rate, 1000) end
if tonumber(redis.call('GET', rate) or '0') >= tonumber(most) then return math.max(1, redis.call('PTTL', rate)) end
if redis.call('INCR', rate) == 1 or redis.call('PTTL', rate) < 0 then redis.call('PEXPIRE', rate, 1000) end
return 0
