-- Behind the journal's line: a ledger that was started anew meanwhile does not know the gate.
--
-- KEYS  attempt
-- ARGV  sender
-- Answers mine or lost. Reads only.
local attempt = unpack(KEYS, 4)
local sender = unpack(ARGV, 6)

local mine = redis.call('HGET', attempt, 'state') == 'SENDING' and redis.call('HGET', attempt, 'sender') == sender
return answer(mine and 'mine' or 'lost')
