-- Takes the next orders out of the inbox, for a while: who dies with them loses none. Tells first that this fleet reads it.
--
-- KEYS  versions  of the contract of lua/enqueue.lua: `from`, `to`, `by`
--       waiting   entries by whose turn it is
--       taken     entries that somebody has in hand, and since when
--       orders    entry -> JSON
-- ARGV  from, to  the versions that this release reads
--       by        this release
--       most      entries
--       leaseMs   after which another one may take an entry
-- Returns { entry, order, entry, order, … }; what was taken too long ago comes first.
local versions, waiting, taken, orders = unpack(KEYS)
local from, to, by, most, leaseMs = unpack(ARGV)

if tonumber(redis.call('HGET', versions, 'to') or 0) < tonumber(to) then
  redis.call('HSET', versions, 'from', from, 'to', to, 'by', by)
end
local seconds, micros = unpack(redis.call('TIME'))
local now = seconds * 1000 + math.floor(micros / 1000)
-- Taken before Redis' clock was put back: the lease begins now.
for _, entry in ipairs(redis.call('ZRANGEBYSCORE', taken, now + 1000, '+inf')) do redis.call('ZADD', taken, now, entry) end
local entries = redis.call('ZRANGEBYSCORE', taken, '-inf', now - leaseMs, 'LIMIT', 0, most)
local room = most - #entries
if room > 0 then
  for _, entry in ipairs(redis.call('ZRANGE', waiting, 0, room - 1)) do
    redis.call('ZREM', waiting, entry)
    table.insert(entries, entry)
  end
end
local found = {}
for _, entry in ipairs(entries) do
  redis.call('ZADD', taken, now, entry)
  table.insert(found, entry)
  table.insert(found, redis.call('HGET', orders, entry) or '')
end
return found
