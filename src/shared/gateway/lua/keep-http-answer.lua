-- Keeps the answer to the request that has the key; what lost its turn meanwhile keeps nothing.
--
-- KEYS  answer
--       ofOrder  the answers that tell of one order; of no use where `name` is empty
-- ARGV  owner
--       status, headers, body
--       keepMs   or empty: as long as the order
--       name     of the answer among those of its order, or empty
-- Returns 1, or 0.
local answer, ofOrder = unpack(KEYS)
local owner, status, headers, body, keepMs, name = unpack(ARGV)

if redis.call('HGET', answer, 'owner') ~= owner then return 0 end
redis.call('HDEL', answer, 'owner')
redis.call('HSET', answer, 'status', status, 'headers', headers, 'body', body)
if keepMs == '' then redis.call('PERSIST', answer) else redis.call('PEXPIRE', answer, keepMs) end
if name ~= '' then redis.call('SADD', ofOrder, name) end
return 1
