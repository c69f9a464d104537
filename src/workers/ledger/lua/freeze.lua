-- Freezes an account, and tells it. The first reason stays.
--
-- KEYS  metaKey
--       troubles  of the account
--       stream    all events of the fleet
-- ARGV  reason
--       begins    as `beginState` reads it
--- @include ../../../shared/account/lua/told-state
local metaKey, troubles, stream = unpack(KEYS)
local reason, begins = unpack(ARGV)

if redis.call('HSETNX', metaKey, 'frozen', reason) == 1 then beginState(troubles, stream, begins) end
