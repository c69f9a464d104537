-- Gives the key back without an answer: at once, or after the time that a command which is still on its way may take.
--
-- KEYS  answer
-- ARGV  owner
--       afterMs  0: at once
-- Returns 1, or 0 where another request has it.
local answer = unpack(KEYS)
local owner, afterMs = unpack(ARGV)

if redis.call('HGET', answer, 'owner') ~= owner then return 0 end
if afterMs == '0' then redis.call('DEL', answer) else redis.call('PEXPIRE', answer, afterMs) end
return 1
