-- Notes at the attempt that eNom's list showed no slot for it (rule 11): the first of two witnesses.
--
-- KEYS  attempt
-- ARGV  absence  JSON
-- Answers noted, or late.
local attempt = unpack(KEYS, 4)
local absence = unpack(ARGV, 6)

if redis.call('HGET', attempt, 'state') ~= 'UNKNOWN' then return answer('late') end
write('HSET', attempt, 'absence', absence)
return answer('noted')
