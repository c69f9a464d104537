-- Moves an endpoint's cursor over the next events, and puts those that it wants into lanes: one lane for each subject.
-- Both at once, so an event is behind the cursor exactly when it is in its lane, or nobody wanted it.
-- Answers how many events were looked at; 0 where there are none, or the endpoint is off.
--
-- KEYS  events  the stream of all events
--       hook    the endpoint; its lanes lie beside it
-- ARGV  most    how many events at once
--       now     the time, ms
--       restMs  an endpoint that fails is tried with something new after so long, at the soonest
local events, hook = unpack(KEYS)
local most, now, restMs = unpack(ARGV)

local state, cursor, wantedText, sick, lastTry, notBefore =
  unpack(redis.call('HMGET', hook, 'state', 'cursor', 'events', 'sick', 'lastTry', 'notBefore'))
if state ~= 'on' then return 0 end

local wanted = {}
for _, name in ipairs(cjson.decode(wantedText or '["*"]')) do wanted[name] = true end

local entries = redis.call('XRANGE', events, '(' .. (cursor or '0-0'), '+', 'COUNT', most)
local isNew = false
for _, entry in ipairs(entries) do
  local fields = {}
  for i = 1, #entry[2], 2 do fields[entry[2][i]] = entry[2][i + 1] end
  local kind = fields['type']
  if kind and fields['subject'] and (wanted['*'] or wanted[kind] or wanted[(string.match(kind, '^[^.]+') or '') .. '.*']) then
    redis.call('RPUSH', hook .. ':lane:' .. fields['subject'], entry[1])
    if redis.call('ZADD', hook .. ':due', 'NX', now, fields['subject']) == 1 then isNew = true end
  end
end
if #entries == 0 then return 0 end
redis.call('HSET', hook, 'cursor', entries[#entries][1])
-- What it fails on may be one order: another one is tried soon, and not at the end of a pause of hours.
if isNew and sick and tonumber(notBefore or '0') > tonumber(lastTry or '0') + tonumber(restMs) then
  redis.call('HSET', hook, 'notBefore', tonumber(lastTry or '0') + tonumber(restMs))
end
return #entries
