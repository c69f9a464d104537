-- Switches the account's purchases off or on.
--
-- ARGV  reason  why it is off; empty: on
--       words   who and why
-- Answers switched.
local reason, words = unpack(ARGV, 6)

if reason == '' then write('HDEL', metaKey, 'stopped') else write('HSET', metaKey, 'stopped', reason) end
write('HSET', metaKey, 'switched', words)
return answer('switched')
