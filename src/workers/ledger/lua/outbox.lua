-- Steps on their way to the journal, and whether this very server can keep them.
--
-- KEYS  outbox, replicas
-- ARGV  seenRun, seenAt  what the caller knows of replicas
-- Answers { replicas that follow, run_id, now (ms), 'alone' or '', lines }.
--- @include ../../../shared/redis/lua/replicas
local outbox, replicas = unpack(KEYS)
local seenRun, seenAt = unpack(ARGV)

local lines = redis.call('HVALS', outbox)
if #lines == 0 then return { 0, '', '0', '', {} } end
local online, run, at, alone = replicasOf(replicas, seenRun, seenAt)
return { online, run, string.format('%.0f', at), alone and 'alone' or '', lines }
