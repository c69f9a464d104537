-- Switches the account's purchases off or on.
--
-- KEYS  troubles  of the account
--       stream    all events of the fleet
-- ARGV  reason  why it is off; empty: on
--       words   who and why
--       told    as `beginState` or `endState` reads it
-- Answers switched.
--- @include ../../../shared/account/lua/told-state
local troubles, stream = unpack(KEYS, 4)
local reason, words, told = unpack(ARGV, 6)

if reason == '' then
  write('HDEL', metaKey, 'stopped')
  endState(troubles, stream, told)
else
  write('HSET', metaKey, 'stopped', reason)
  beginState(troubles, stream, told)
end
write('HSET', metaKey, 'switched', words)
return answer('switched')
