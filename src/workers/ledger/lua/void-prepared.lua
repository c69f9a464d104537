-- Rule 5: an attempt that may have been sent is in doubt, and nothing is decided over it; one that is PREPARED is made void.
-- Answers whether it is in doubt.
local function voidPrepared(attempt)
  local state = redis.call('HGET', attempt, 'state')
  if state == 'SENDING' or state == 'UNKNOWN' then return true end
  if state == 'PREPARED' then write('HSET', attempt, 'state', 'VOID') end
  return false
end
