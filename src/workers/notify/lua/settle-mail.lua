-- Writes down how an attempt to send ended. ACCEPTED is a fact whoever saw it: it needs no token and is never overwritten.
--
-- KEYS  mail
--       stream      all events of the fleet
-- ARGV  token
--       verdict     ACCEPTED, REJECTED, UNKNOWN or another state
--       lastAnswer  of the mail server
--       at          RFC 3339
--       sent        what is told when the mail server took it, as `tell` reads it
-- Returns 1, or 0 when the mail is no longer the sender's to judge.
--- @include ../../../shared/events/lua/tell
local mail, stream = unpack(KEYS)
local token, verdict, lastAnswer, at, sent = unpack(ARGV)

local state = redis.call('HGET', mail, 'state')
if not state or state == 'ACCEPTED' then return 0 end
if redis.call('HGET', mail, 'token') ~= token and verdict ~= 'ACCEPTED' then return 0 end
redis.call('HSET', mail, 'state', verdict, 'lastAnswer', lastAnswer, 'at', at)
redis.call('HDEL', mail, 'token', 'leaseUntil')
if verdict == 'UNKNOWN' then redis.call('HINCRBY', mail, 'lost', 1) end
if verdict == 'ACCEPTED' or verdict == 'REJECTED' then redis.call('HDEL', mail, 'raw') end
if verdict == 'ACCEPTED' then tell(stream, sent) end
return 1
