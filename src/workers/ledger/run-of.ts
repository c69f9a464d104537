// Which run of which history a Redis is: another process or another master's data means that something may be missing (rule 3).

/** Lua: changes with a restart (`run_id`) and with a failover to and fro (`master_replid`). */
export const RUN = `
local function runOf()
  local process = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
  return process .. ' ' .. (string.match(redis.call('INFO', 'replication'), 'master_replid:(%x+)') or '')
end
`;
