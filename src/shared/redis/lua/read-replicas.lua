-- What is known of the replicas of this server.
--
-- KEYS  replicas
-- ARGV  seenRun, seenAt  as the caller remembers it
-- Answers { online, run_id, now (ms), 'alone' or '', when replicas were last seen (ms) or '' }.
--- @include replicas
local replicas = unpack(KEYS)
local seenRun, seenAt = unpack(ARGV)

local online, run, at, alone = replicasOf(replicas, seenRun, seenAt)
return { online, run, string.format('%.0f', at), alone and 'alone' or '', redis.call('HGET', replicas, 'seen') or '' }
