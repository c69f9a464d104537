-- Keeps when a domain was validated. An older validation never takes the place of a newer.
--
-- KEYS  validations  of the domain
-- ARGV  field        whose
--       entry        JSON
--       at           its time, RFC 3339
--       keepSeconds
-- Returns 1, or 0 when a newer one is there.
local validations = unpack(KEYS)
local field, entry, at, keepSeconds = unpack(ARGV)

local kept = redis.call('HGET', validations, field)
if kept and cjson.decode(kept).at > at then return 0 end
redis.call('HSET', validations, field, entry)
redis.call('EXPIRE', validations, keepSeconds)
return 1
