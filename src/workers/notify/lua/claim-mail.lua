-- Takes the right to send a mail. A lease that ran out is an answer that was lost.
--
-- KEYS  mail
-- ARGV  token
--       leaseMs
--       keepSeconds
--       mostRepeats  after so many lost answers it is over
--       at           RFC 3339
--       draft        field, value …, or nothing: a mail that is not written down yet needs it
-- Returns {absent}, {busy, ms left}, {over, fields}, {mine, fields}.
--- @include now
local mail = unpack(KEYS)
local token, leaseMs, keepSeconds, mostRepeats, at = unpack(ARGV)
local draft = { unpack(ARGV, 6) }

local state = redis.call('HGET', mail, 'state')
if not state then
  if #draft == 0 then return { 'absent' } end
  redis.call('HSET', mail, 'lost', 0, unpack(draft))
elseif state == 'ACCEPTED' or state == 'REJECTED' then
  return { 'over', redis.call('HGETALL', mail) }
elseif state == 'SENDING' then
  local left = tonumber(redis.call('HGET', mail, 'leaseUntil')) - now
  -- Redis' clock was put back since.
  if left > tonumber(leaseMs) then
    left = tonumber(leaseMs)
    redis.call('HSET', mail, 'leaseUntil', now + left)
  end
  if left > 0 then return { 'busy', left } end
  redis.call('HINCRBY', mail, 'lost', 1)
  redis.call('HSET', mail, 'state', 'UNKNOWN', 'lastAnswer', 'the sender died')
end
if tonumber(redis.call('HGET', mail, 'lost')) > tonumber(mostRepeats) then return { 'over', redis.call('HGETALL', mail) } end
redis.call('HINCRBY', mail, 'attempts', 1)
redis.call('HSET', mail, 'state', 'SENDING', 'token', token, 'leaseUntil', now + leaseMs, 'at', at)
redis.call('EXPIRE', mail, keepSeconds)
return { 'mine', redis.call('HGETALL', mail) }
