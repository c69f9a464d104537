-- What is known of the replicas of this server.
--
-- KEYS  replicas
-- ARGV  remembered  servers with replicas that the caller knows of
-- Answers { online, run_id, now (ms), 'alone' or '', when replicas were last seen (ms) or '' }.
--- @include replicas
local replicas = unpack(KEYS)
local remembered = unpack(ARGV)

local online, run, at, alone = replicasOf(replicas, remembered)
return { online, run, string.format('%.0f', at), alone and 'alone' or '', redis.call('HGET', replicas, 'seen') or '' }
