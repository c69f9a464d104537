-- Appends lines to the journal in a second Redis. The same line again changes nothing.
--
-- KEYS  id       of the journal
--       lines    a sorted set without scores
-- ARGV  ourId    the journal that the caller knows
--       members  any number of lines
-- Returns kept, or another journal.
local id, lines = unpack(KEYS)
local ourId = unpack(ARGV, 1, 1)

if redis.call('GET', id) ~= ourId then return 'another journal' end
for i, member in ipairs(ARGV) do
  if i > 1 then redis.call('ZADD', lines, 0, member) end
end
return 'kept'
