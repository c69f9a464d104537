-- Notes which format a release writes, unless it could not read what is here.
-- KEYS  format        hash: `written` the newest format, `readableFrom` the oldest one that can work with it, `by` the release;
--                     `jobsFrom` and `jobsTo`: the versions of jobs that the newest release reads
-- ARGV  mine          the release's format
--       readableFrom  the oldest format that can work with what the release writes
--       version       the release
--       jobsFrom      the oldest version of jobs that it reads
--       jobsTo        the newest one
-- Answers { 'ok' }, or { 'newer', the format that is needed, the release that wrote it }.
local format = unpack(KEYS)
local mine, readableFrom, version, jobsFrom, jobsTo = unpack(ARGV)

local needed, by, written, jobs = unpack(redis.call('HMGET', format, 'readableFrom', 'by', 'written', 'jobsTo'))
if tonumber(needed or 0) > tonumber(mine) then return { 'newer', needed, by or '?' } end
if tonumber(mine) > tonumber(written or 0) then redis.call('HSET', format, 'written', mine, 'by', version) end
if tonumber(readableFrom) > tonumber(needed or 0) then redis.call('HSET', format, 'readableFrom', readableFrom) end
if tonumber(jobsTo) > tonumber(jobs or 0) then redis.call('HSET', format, 'jobsFrom', jobsFrom, 'jobsTo', jobsTo) end
return { 'ok' }
