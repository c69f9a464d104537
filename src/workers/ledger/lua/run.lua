-- What changes with a restart of Redis (run_id) and with a failover to and fro (master_replid).
local function runOf()
  local process = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
  return process .. ' ' .. (string.match(redis.call('INFO', 'replication'), 'master_replid:(%x+)') or '')
end
