-- A person has found out why the account was frozen. Orders without a certificate are counted from here on.
--
-- ARGV  words  who and why
-- Answers thawed REASON, or not frozen.
local words = unpack(ARGV, 6)

if not frozen then return answer('not frozen') end
write('HDEL', metaKey, 'frozen', 'orders', 'restored')
write('HSET', metaKey, 'thawed', words)
return answer('thawed', frozen)
