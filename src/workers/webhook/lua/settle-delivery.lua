-- Notes what came of a delivery, and gives the lane back.
-- Answers the endpoint's state: on, failing, or off.
--
-- KEYS  hook      the endpoint
-- ARGV  subject   the lane
--       event     what was delivered: the head of the lane, unless somebody else settled it meanwhile
--       token     names the loan
--       outcome   delivered | failed | gave-up | gone (the receiver says that it is no more) | dropped (the event is no more)
--       now       the time, ms
--       tries     how often the event was tried, this time included
--       firstAt   the first try, ms
--       level     how many of these count for its pause
--       dueAt     when it is tried again, ms
--       probeAt   when the endpoint is tried again where it fails everything, ms
--       sickAt    the same, where it just began to, ms
--       holdUntil the receiver asked for a pause until then, ms; 0: it did not
--       isProbe   1 where the endpoint was known to fail
--       sickFrom  so many tries count for its pause then, at most
--       sickAfter so many failures in a row are the endpoint's, not the event's
--       offMs     after so long without success it is switched off
--       entry     the line of the log, JSON
--       last      what is shown of it at the endpoint, JSON
--       mostLog   lines that are kept
--       logMs     for so long
local hook = unpack(KEYS)
local subject, event, token, outcome, now, tries, firstAt, level, dueAt, probeAt, sickAt, holdUntil, isProbe, sickFrom, sickAfter, offMs, entry, last, mostLog, logMs = unpack(ARGV)
now = tonumber(now)
local state, sick, failingSince = unpack(redis.call('HMGET', hook, 'state', 'sick', 'failingSince'))
if not state then return 'off' end

local lane, due = hook .. ':lane:' .. subject, hook .. ':due'
local loan = redis.call('HGET', hook .. ':held', subject)
local isMine = loan and string.match(loan, ' (.+)$') == token
local isHead = redis.call('LINDEX', lane, 0) == event

local isDone = outcome == 'delivered' or outcome == 'gave-up' or outcome == 'dropped'
if isDone and isHead then
  redis.call('LPOP', lane)
  redis.call('HDEL', hook .. ':tries', subject)
  if redis.call('LLEN', lane) == 0 then redis.call('ZREM', due, subject) else redis.call('ZADD', due, 'XX', now, subject) end
elseif isHead and isMine then
  redis.call('HSET', hook .. ':tries', subject, table.concat({ event, tries, firstAt, level, string.format('%.0f', now) }, ' '))
  redis.call('ZADD', due, 'XX', dueAt, subject)
end
if isMine then redis.call('HDEL', hook .. ':held', subject) end

redis.call('HSET', hook .. ':log', event, entry)
redis.call('ZADD', hook .. ':logged', now, event)
local old = redis.call('ZRANGEBYSCORE', hook .. ':logged', '-inf', now - tonumber(logMs), 'LIMIT', 0, 100)
local over = redis.call('ZCARD', hook .. ':logged') - tonumber(mostLog)
if over > 0 then
  for _, each in ipairs(redis.call('ZRANGE', hook .. ':logged', 0, over - 1)) do old[#old + 1] = each end
end
for _, each in ipairs(old) do
  redis.call('HDEL', hook .. ':log', each)
  redis.call('ZREM', hook .. ':logged', each)
end
if outcome == 'dropped' then return state end
redis.call('HSET', hook, 'lastTry', now, 'lastDelivery', last)

if outcome == 'delivered' then
  if sick then
    -- It is well: whatever waited for the end of a pause is due now. A weight of nothing makes every score 0.
    redis.call('ZUNIONSTORE', due, 1, due, 'WEIGHTS', 0)
    redis.call('HSET', hook, 'wellSince', now)
  end
  redis.call('HDEL', hook, 'sick', 'probes', 'failures', 'failingSince', 'notBefore')
  return state
end

local failures = redis.call('HINCRBY', hook, 'failures', 1)
if not failingSince then
  redis.call('HSET', hook, 'failingSince', now)
  failingSince = now
end
if sick and isProbe == '1' then
  redis.call('HINCRBY', hook, 'probes', 1)
  redis.call('HSET', hook, 'notBefore', probeAt)
elseif not sick and failures >= tonumber(sickAfter) then
  redis.call('HSET', hook, 'sick', 1, 'probes', math.min(tonumber(level), tonumber(sickFrom)), 'notBefore', sickAt)
end
if tonumber(holdUntil) > tonumber(redis.call('HGET', hook, 'hold') or '0') then
  redis.call('HSET', hook, 'hold', holdUntil)
end
local isOver = outcome == 'gone' or now - tonumber(failingSince) >= tonumber(offMs)
if state == 'on' and isOver then
  redis.call('HSET', hook, 'state', 'off', 'disabledAt', now, 'disabledBecause', outcome == 'gone' and 'gone' or 'failing')
  return 'off'
end
return state == 'on' and 'failing' or state
