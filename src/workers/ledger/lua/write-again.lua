-- Writes steps of the journal again. Only while the ledger is shut, and only for the rebuild that was begun last: older values
-- over newer ones would make a purchase that was sent look as if it never was.
--
-- A purchase that Redis has lost is told again where its order is still there.
--
-- KEYS  metaKey
--       stream  all events of the fleet
-- ARGV  token   of the rebuild
--       writes  JSON: Redis commands, in order
--       orders  in front of the reference in the key of an order
-- Returns in use, another, written.
--- @include run
--- @include ../../../shared/events/lua/tell
--- @include ../../../shared/events/lua/about
--- @include ../../../shared/events/lua/purchases
local metaKey, stream = unpack(KEYS)
local token, writes, orders = unpack(ARGV)

local knownRun, rebuilding = unpack(redis.call('HMGET', metaKey, 'run', 'rebuilding'))
if knownRun == runOf() then return 'in use' end
if rebuilding ~= token then return 'another' end
for _, command in ipairs(cjson.decode(writes)) do
  local key = command[2]
  local isOrder = command[1] == 'HSET' and string.sub(key, 1, #orders) == orders
  local before = isOrder and redis.call('HGET', key, 'purchases')
  redis.call(unpack(command))
  if isOrder then tellPurchases(stream, key, string.sub(key, #orders + 1), before) end
end
return 'written'
