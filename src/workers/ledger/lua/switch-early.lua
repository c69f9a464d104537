-- Switches the purchases of an account whose ledger is not in use yet off or on: there is no step to keep.
--
-- KEYS  metaKey
--       troubles  of the account
--       stream    all events of the fleet
-- ARGV  reason  why it is off; empty: on
--       told    as `beginState` or `endState` reads it
--- @include ../../../shared/account/lua/told-state
local metaKey, troubles, stream = unpack(KEYS)
local reason, told = unpack(ARGV)

if reason == '' then
  redis.call('HDEL', metaKey, 'stopped')
  endState(troubles, stream, told)
else
  redis.call('HSET', metaKey, 'stopped', reason)
  beginState(troubles, stream, told)
end
