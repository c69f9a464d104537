-- A person has found out why the account was frozen. Orders without a certificate are counted from here on.
--
-- KEYS  troubles  of the account
--       stream    all events of the fleet
-- ARGV  words  who and why
--       ends   as `endState` reads it
-- Answers thawed REASON, or not frozen.
--- @include ../../../shared/account/lua/told-state
local troubles, stream = unpack(KEYS, 4)
local words, ends = unpack(ARGV, 6)

if not frozen then return answer('not frozen') end
write('HDEL', metaKey, 'frozen', 'orders', 'restored')
write('HSET', metaKey, 'thawed', words)
if redis.call('HEXISTS', metaKey, 'behind') == 0 then endState(troubles, stream, ends) end
return answer('thawed', frozen)
