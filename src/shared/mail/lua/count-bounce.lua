-- Counts a mail that did not go out because of its address, and keeps what the mail server answered.
--
-- KEYS  bounces
-- ARGV  address
--       answered  JSON, or empty: count one more mail for an address that is there
-- Returns the entry, or nil where there is none.
local bounces = unpack(KEYS)
local address, answered = unpack(ARGV)

local before = redis.call('HGET', bounces, address)
if not before and answered == '' then return false end
local entry = cjson.decode(answered == '' and before or answered)
entry.count = (before and cjson.decode(before).count or 0) + 1
local text = cjson.encode(entry)
redis.call('HSET', bounces, address, text)
return text
