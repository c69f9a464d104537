-- Whether this server had replicas and has none now: what it acknowledges then may be lost with it, since another one may have
-- been elected. That one is another process, which was running (as a replica) when the replicas were last seen. A server that
-- was started anew since then proves nothing, and counts like the one that had them.
--
-- `replicasKey`: a hash: run (run_id of the server that was seen with replicas), seen (ms), forgotten (ms).
-- `remembered`: what the calling process knows of servers with replicas: `run_id:ms`, several with spaces between.
-- `inShort`: the run_id may be empty where no replica follows and none is known of, which saves the dearest question.
-- Answers how many replicas follow (a first copy that is under way does not count), its run_id, now (ms), and `alone`.
local function replicasOf(replicasKey, remembered, inShort)
  local time = redis.call('TIME')
  local at = time[1] * 1000 + math.floor(time[2] / 1000)
  local _, online = string.gsub(redis.call('INFO', 'replication'), 'slave%d+:[^\r\n]-state=online', '')
  if inShort and online == 0 and remembered == '' and redis.call('HEXISTS', replicasKey, 'run') == 0 then
    return 0, '', at, false
  end
  local server = redis.call('INFO', 'server')
  local run = string.match(server, 'run_id:(%x+)') or ''
  if online > 0 then
    redis.call('HSET', replicasKey, 'run', run, 'seen', string.format('%.0f', at))
    return online, run, at, false
  end
  local knownRun, seen, forgotten = unpack(redis.call('HMGET', replicasKey, 'run', 'seen', 'forgotten'))
  local startedAt = at - tonumber(string.match(server, 'uptime_in_seconds:(%d+)') or 0) * 1000
  local function isSameOrNewer(otherRun, otherSeen) return otherRun == run or startedAt > tonumber(otherSeen) end
  local alone = knownRun and isSameOrNewer(knownRun, seen) or false
  local rememberedAt = run ~= '' and string.match(remembered, run .. ':(%d+)')
  if rememberedAt and tonumber(rememberedAt) > tonumber(forgotten or 0) then alone = true end
  return 0, run, at, alone
end
