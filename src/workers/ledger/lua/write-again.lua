-- Writes steps of the journal again. Only while the ledger is shut, and only for the rebuild that was begun last: older values
-- over newer ones would make a purchase that was sent look as if it never was.
--
-- KEYS  metaKey
-- ARGV  token   of the rebuild
--       writes  JSON: Redis commands, in order
-- Returns in use, another, written.
--- @include run
local metaKey = unpack(KEYS)
local token, writes = unpack(ARGV)

local knownRun, rebuilding = unpack(redis.call('HMGET', metaKey, 'run', 'rebuilding'))
if knownRun == runOf() then return 'in use' end
if rebuilding ~= token then return 'another' end
for _, command in ipairs(cjson.decode(writes)) do redis.call(unpack(command)) end
return 'written'
