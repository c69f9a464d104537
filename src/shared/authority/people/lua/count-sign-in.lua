-- Whether somebody may try to sign in now, by every counter that the try counts on. A try is counted before its password
-- is looked at, so that a thousand tries at once are not a thousand guesses.
--
-- KEYS  counters  any number of them: hashes with count, and until (ms), before which nobody may try
-- ARGV  now    ms
--       keep   how long a counter is kept after the last try (ms)
--       what   'look': only ask. 'count': ask, and count a try that is allowed. 'undo': take back one that was right
--       then for each counter: tries that are free, first pause and longest pause (ms)
-- Returns the milliseconds to wait; 0 where the try is allowed.
local now, keep, what = unpack(ARGV)
local limits = { unpack(ARGV, 4) }
now = tonumber(now)

if what == 'undo' then
  for _, counter in ipairs(KEYS) do
    if redis.call('EXISTS', counter) == 1 then
      if redis.call('HINCRBY', counter, 'count', -1) <= 0 then
        redis.call('DEL', counter)
      else
        redis.call('HDEL', counter, 'until')
      end
    end
  end
  return 0
end

local wait = 0
for i, counter in ipairs(KEYS) do
  -- A clock that was set back must not make the pause longer.
  local left, longest = tonumber(redis.call('HGET', counter, 'until') or 0) - now, tonumber(limits[i * 3])
  if left > longest then
    left = longest
    redis.call('HSET', counter, 'until', string.format('%.0f', now + longest))
  end
  wait = math.max(wait, left)
end
if wait > 0 or what == 'look' then return wait end

for i, counter in ipairs(KEYS) do
  local free, first, longest = tonumber(limits[i * 3 - 2]), tonumber(limits[i * 3 - 1]), tonumber(limits[i * 3])
  local count = redis.call('HINCRBY', counter, 'count', 1)
  if count >= free then
    local pause = math.min(first * 2 ^ math.min(count - free, 20), longest)
    redis.call('HSET', counter, 'until', string.format('%.0f', now + pause))
  end
  redis.call('PEXPIRE', counter, keep)
end
return 0
