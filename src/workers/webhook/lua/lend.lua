-- Lends lanes of an endpoint to a worker: those that are due and that nobody has. A loan ends by itself, so that whoever
-- was killed holds nothing up. An endpoint that fails is lent one lane at a time, and none before its pause is over.
-- Answers JSON: state, the loans, and when to look again (ms; absent: nothing waits).
--
-- KEYS  hook    the endpoint
-- ARGV  now     the time, ms
--       most    how many lanes may be lent at once, to all workers together
--       loanMs  how long a loan lasts, by Redis' clock
--       token   names this loan
local hook = unpack(KEYS)
local now, most, loanMs, token = unpack(ARGV)
now = tonumber(now)
local clock = redis.call('TIME')
local redisNow = tonumber(clock[1]) * 1000 + math.floor(tonumber(clock[2]) / 1000)

local state, sick, notBefore, hold, probes, failingSince =
  unpack(redis.call('HMGET', hook, 'state', 'sick', 'notBefore', 'hold', 'probes', 'failingSince'))
local wellSince = tonumber(redis.call('HGET', hook, 'wellSince') or '0')
if state ~= 'on' then return cjson.encode({ state = state or 'none', loans = {} }) end

local held, lent, freeAt = {}, 0, nil
local loans = redis.call('HGETALL', hook .. ':held')
for i = 1, #loans, 2 do
  local untilMs = tonumber(string.match(loans[i + 1], '^(%d+)'))
  -- Redis' clock was put back since.
  if untilMs > redisNow + tonumber(loanMs) then
    untilMs = redisNow + tonumber(loanMs)
    redis.call('HSET', hook .. ':held', loans[i], string.format('%.0f', untilMs) .. string.match(loans[i + 1], '^%d+(.*)$'))
  end
  if untilMs <= redisNow then
    redis.call('HDEL', hook .. ':held', loans[i])
  else
    held[loans[i]] = true
    lent = lent + 1
    if not freeAt or untilMs < freeAt then freeAt = untilMs end
  end
end

local gate = math.max(tonumber(notBefore or '0'), tonumber(hold or '0'))
local room = (sick and 1 or tonumber(most)) - lent
local taken = {}
local due = hook .. ':due'
if room > 0 and gate <= now then
  -- Whoever is asked first after a pause: the lane that has waited longest, whatever its own pause.
  local upTo = sick and '+inf' or now
  for _, subject in ipairs(redis.call('ZRANGEBYSCORE', due, '-inf', upTo, 'LIMIT', 0, room + lent)) do
    if room > 0 and not held[subject] then
      local event = redis.call('LINDEX', hook .. ':lane:' .. subject, 0)
      if not event then
        redis.call('ZREM', due, subject)
      else
        local tried = redis.call('HGET', hook .. ':tries', subject)
        local ofEvent, tries, firstAt, level, lastAt = string.match(tried or '', '^(%S+) (%d+) (%d+) (%d+) (%d+)$')
        if ofEvent ~= event then tries, firstAt, level = 0, now, 0 end
        -- What failed with all others begins its pauses anew.
        if tonumber(lastAt or '0') <= wellSince then level = 0 end
        redis.call('HSET', hook .. ':held', subject, string.format('%.0f', redisNow + tonumber(loanMs)) .. ' ' .. token)
        taken[#taken + 1] = { subject = subject, event = event, tries = tonumber(tries), firstAt = tonumber(firstAt), level = tonumber(level) }
        room = room - 1
      end
    end
  end
end

local answer = { state = 'on', loans = taken, probes = tonumber(probes or '0') }
if sick then answer.isProbe = true end
if failingSince then answer.failingSince = tonumber(failingSince) end
if #taken == 0 and redis.call('ZCARD', due) > 0 then
  -- What is due is lent to others, until their loans end at the latest.
  local back = freeAt and now + math.max(freeAt - redisNow, 0) or nil
  local later = redis.call('ZRANGEBYSCORE', due, '(' .. now, '+inf', 'LIMIT', 0, 1, 'WITHSCORES')[2]
  if gate > now then
    answer.next = gate
  elseif sick or not later then
    answer.next = back or now
  else
    answer.next = math.min(tonumber(later), back or math.huge)
  end
end
return cjson.encode(answer)
