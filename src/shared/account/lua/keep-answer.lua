-- Keeps an answer that was not understood: one of each kind, the newest, with its count. The kind that was seen longest ago
-- makes room.
--
-- KEYS  answers
-- ARGV  kind    digest of command and faults
--       answer  JSON
--       at      time in ISO form, which sorts as text
--       most    kinds that are kept
-- Returns how often the kind came.
local answers = unpack(KEYS)
local kind, answer, at, most = unpack(ARGV)

local before = redis.call('HGET', answers, kind)
local first, count = at, 1
if before then
  local known = cjson.decode(before)
  first, count = known.first, known.count + 1
end
-- Not through cjson: an empty list would come back as an object.
local tail = string.format(',"first":%q,"last":%q,"count":%d}', first, at, count)
redis.call('HSET', answers, kind, string.sub(answer, 1, -2) .. tail)
if redis.call('HLEN', answers) > tonumber(most) then
  local oldest, oldestAt
  local all = redis.call('HGETALL', answers)
  for i = 1, #all, 2 do
    local last = cjson.decode(all[i + 1]).last
    if all[i] ~= kind and (not oldestAt or last < oldestAt) then oldest, oldestAt = all[i], last end
  end
  redis.call('HDEL', answers, oldest)
end
return count
