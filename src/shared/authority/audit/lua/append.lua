-- Appends lines to the audit trail, unless somebody else did since the last one was read.
--
-- KEYS  trail  stream
--       head   hash: place and hash of the last line
--       begun  set: places of actions without an end
-- ARGV  expected  hash of the line that the new ones follow
--       hash      of the last new line
--       then for each line: its place, its text, `1` where it begins an action, the place of the action that it ends
-- Returns nothing when they are kept, else the place and the hash of the last line that is there.
local trail, head, begun = unpack(KEYS)
local expected, hash = unpack(ARGV)

local last, known = unpack(redis.call('HMGET', head, 'seq', 'hash'))
if (known or '') ~= expected then return { last or '0', known or '' } end
for i = 3, #ARGV, 4 do
  redis.call('XADD', trail, ARGV[i] .. '-0', 'line', ARGV[i + 1])
  if ARGV[i + 2] == '1' then redis.call('SADD', begun, ARGV[i]) end
  if ARGV[i + 3] ~= '' then redis.call('SREM', begun, ARGV[i + 3]) end
  last = ARGV[i]
end
redis.call('HSET', head, 'seq', last, 'hash', hash)
return {}
