-- Removes an endpoint with all that lies beside it.
-- Answers 1; 0 where there is none.
--
-- KEYS  hook    the endpoint
--       hooks   all endpoints
--       secret  its secrets
-- ARGV  id      its name
local hook, hooks, secret = unpack(KEYS)
local id = unpack(ARGV)

for _, subject in ipairs(redis.call('ZRANGE', hook .. ':due', 0, -1)) do redis.call('UNLINK', hook .. ':lane:' .. subject) end
for _, part in ipairs({ ':due', ':held', ':tries', ':log', ':logged' }) do redis.call('UNLINK', hook .. part) end
redis.call('UNLINK', secret)
redis.call('ZREM', hooks, id)
return redis.call('UNLINK', hook)
