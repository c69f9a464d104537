-- Appends lines to the audit trail, unless somebody else did since the last one was read.
--
-- KEYS  trail  stream
--       head   hash: place and hash of the last line
--       begun  set: places of actions without an end
-- ARGV  expected  hash of the line that the new ones follow
--       hash      of the last new line
--       lines     for each its place, its text, `1` where it begins an action, the place of the action that it ends
-- Returns nothing when they are kept, else the place and the hash of the last line that is there.
local trail, head, begun = unpack(KEYS)
local expected, hash = unpack(ARGV)
local lines = { unpack(ARGV, 3) }

local last, known = unpack(redis.call('HMGET', head, 'seq', 'hash'))
if (known or '') ~= expected then return { last or '0', known or '' } end
for i = 1, #lines, 4 do
  local place, text, begins, ended = unpack(lines, i, i + 3)
  redis.call('XADD', trail, place .. '-0', 'line', text)
  if begins == '1' then redis.call('SADD', begun, place) end
  if ended ~= '' then redis.call('SREM', begun, ended) end
  last = place
end
redis.call('HSET', head, 'seq', last, 'hash', hash)
return {}
