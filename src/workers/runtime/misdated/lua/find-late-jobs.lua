-- Delayed jobs that wait for longer than they were told to: they were put there by a clock that was ahead. And what BullMQ
-- keeps for a while, by Redis' own clock: where that was put back it would stay for as much longer.
--
-- KEYS  delayed       BullMQ's
--       active        BullMQ's
--       stalledCheck  BullMQ's
-- ARGV  prefix   of the keys of jobs
--       now      ms
--       apartMs  so far clocks may differ
--       most     the latest so many are looked at
--       lockMs   how long a job is locked
-- Returns their ids.
local delayed, active, stalledCheck = unpack(KEYS)
local prefix, now, apartMs, most, lockMs = unpack(ARGV)
lockMs = tonumber(lockMs)

local function keepForAtMost(key)
  if redis.call('PTTL', key) > lockMs then redis.call('PEXPIRE', key, lockMs) end
end
keepForAtMost(stalledCheck)
for _, id in ipairs(redis.call('LRANGE', active, 0, most - 1)) do keepForAtMost(prefix .. id .. ':lock') end

local late = {}
local from = '(' .. string.format('%.0f', (now + apartMs) * 4096)
local found = redis.call('ZRANGE', delayed, '+inf', from, 'BYSCORE', 'REV', 'LIMIT', 0, most, 'WITHSCORES')
for i = 1, #found, 2 do
  local delay = tonumber(redis.call('HGET', prefix .. found[i], 'delay') or '0') or 0
  if found[i + 1] / 4096 > now + delay + apartMs then late[#late + 1] = found[i] end
end
return late
