-- Puts an order without its person in place of the one that was read. Money facts, digests and indexes stay as they are.
--
-- KEYS  certificate
--       erased  index: when each order was erased
--       updated  when each certificate was last saved
--       stream   all events of the fleet
-- ARGV  reference
--       version  that was read
--       order, record  JSON
--       correction     JSON of the newest correction, or empty
--       share    whose work it is, without the person
--       at       ms
--       events   what is told of it, as `tell` reads it
-- Returns 1, or 0 when somebody else saved in between.
--- @include ../../../events/lua/tell
local certificate, erased, updated, stream = unpack(KEYS)
local reference, version, order, record, correction, share, at, events = unpack(ARGV)

if redis.call('HGET', certificate, 'version') ~= version then return 0 end
redis.call('HSET', certificate, 'order', order, 'record', record, 'share', share)
redis.call('HINCRBY', certificate, 'version', 1)
if correction ~= '' and redis.call('HEXISTS', certificate, 'corrected') == 1 then
  redis.call('HSET', certificate, 'corrected', correction)
end
redis.call('ZADD', erased, at, reference)
redis.call('ZADD', updated, at, reference)
tell(stream, events)
return 1
