-- Steps on their way to the journal, and whether this very server can keep them.
--
-- KEYS  outbox, replicas
-- ARGV  remembered  servers with replicas that the caller knows of
-- Answers { replicas that follow, run_id, now (ms), 'alone' or '', lines }.
--- @include ../../../shared/redis/lua/replicas
local outbox, replicas = unpack(KEYS)
local remembered = unpack(ARGV)

local lines = redis.call('HVALS', outbox)
if #lines == 0 then return { 0, '', '0', '', {} } end
local online, run, at, alone = replicasOf(replicas, remembered)
return { online, run, string.format('%.0f', at), alone and 'alone' or '', lines }
