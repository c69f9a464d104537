-- Saves the record over the version that was read, and puts the certificate into every list where it belongs.
--
-- KEYS  certificate
--       unfinishedOpen, unfinishedReissue  what the sweeper enqueues when due
--       due                                when the policy acts
--       updated                            when each certificate was last saved
--       stream                             all events of the fleet
-- ARGV  reference
--       version                            that was read
--       record                             JSON
--       status
--       openAt, reissueAt, policyAt        ms, or empty: out of the index
--       state                              of the ledger, as it was read
--       index                              in front of all lists
--       listed                             where it stands from now on
--       code                               why it needs attention, or empty
--       now                                ms
--       events                             what is told of it, as `tell` reads it
--       expired                            what is told when it was not expired before, in the same form
-- Returns 1, or 0 when somebody else saved in between, or when an order would end on a ledger state that is no longer
-- there: a Redis that lost its last steps must not lose the order with them.
--- @include listing
--- @include ../../events/lua/tell
local certificate, unfinishedOpen, unfinishedReissue, due, updated, stream = unpack(KEYS)
local reference, version, record, status, openAt, reissueAt, policyAt, state, index, listed, code, now, events, expired = unpack(ARGV)

if redis.call('HGET', certificate, 'version') ~= version then return 0 end
if openAt == '' and redis.call('HGET', certificate, 'state') ~= state then return 0 end
local ends = status == 'expired' and redis.call('HGET', certificate, 'status') ~= status
putInLists(certificate, index, reference, listed, '')
putUnderCode(certificate, index, reference, code)
redis.call('HSET', certificate, 'record', record, 'status', status)
redis.call('HSET', certificate, 'listedVersion', redis.call('HINCRBY', certificate, 'version', 1))

local function put(key, score)
  if score == '' then redis.call('ZREM', key, reference) else redis.call('ZADD', key, score, reference) end
end
put(unfinishedOpen, openAt)
put(unfinishedReissue, reissueAt)
put(due, policyAt)
redis.call('ZADD', updated, now, reference)
if ends then tell(stream, expired) end
tell(stream, events)
return 1
