-- Puts an event behind the others of its lane once more.
-- Answers its subject; nothing where the event is no longer kept, or there is no such endpoint.
--
-- KEYS  events  the stream of all events
--       hook    the endpoint
-- ARGV  event   its id
--       now     the time, ms
local events, hook = unpack(KEYS)
local event, now = unpack(ARGV)

if redis.call('EXISTS', hook) == 0 then return false end
local entry = redis.call('XRANGE', events, event, event)[1]
if not entry then return false end
local subject
for i = 1, #entry[2], 2 do
  if entry[2][i] == 'subject' then subject = entry[2][i + 1] end
end
if not subject then return false end
local lane = hook .. ':lane:' .. subject
if not redis.call('LPOS', lane, event) then
  redis.call('RPUSH', lane, event)
  redis.call('ZADD', hook .. ':due', 'NX', now, subject)
end
return subject
