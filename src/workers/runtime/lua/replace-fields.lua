-- Writes fields of a job that is still there, and its log anew; a job that was removed meanwhile does not come back.
--
-- KEYS  job
--       logs
-- ARGV  fields  their number; each is a name and a value, behind them come the lines of the log
-- Returns 1, or 0 where the job is gone.
local job, logs = unpack(KEYS)
local fields = unpack(ARGV)

if redis.call('EXISTS', job) == 0 then return 0 end
local ends = 1 + 2 * tonumber(fields)
if ends > 1 then redis.call('HSET', job, unpack(ARGV, 2, ends)) end
if #ARGV > ends then
  redis.call('DEL', logs)
  redis.call('RPUSH', logs, unpack(ARGV, ends + 1))
end
return 1
