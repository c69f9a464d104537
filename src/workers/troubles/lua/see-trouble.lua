-- Notes that a state is still there.
--
-- KEYS  troubles  of an account, or of the whole fleet
-- ARGV  name      of the state
--       seen      when, RFC 3339
--       told      1: the department knows
--       message   its words now
local troubles = unpack(KEYS)
local name, seen, told, message = unpack(ARGV)

local was = redis.call('HGET', troubles, name)
if not was then return end
local note = cjson.decode(was)
note.seen, note.message, note.told = seen, message, note.told or told ~= ''
redis.call('HSET', troubles, name, cjson.encode(note))
