-- Orders that were saved by a clock that was ahead: what it planned lies in the future by as much. They are due now.
--
-- KEYS  updated            when each certificate was last saved
--       unfinishedOpen     when the orders of the queue are looked at next
--       unfinishedReissue  the same of the other queue
-- ARGV  now      ms
--       due      ms: what was due then is called at once
--       apartMs  so far clocks may differ
--       most     how many at once
-- Returns how many there were.
local updated, unfinishedOpen, unfinishedReissue = unpack(KEYS)
local now, due, apartMs, most = unpack(ARGV)

local misdated = redis.call('ZRANGE', updated, '(' .. now + apartMs, '+inf', 'BYSCORE', 'LIMIT', 0, most)
for _, reference in ipairs(misdated) do
  redis.call('ZADD', updated, now, reference)
  for _, unfinished in ipairs({ unfinishedOpen, unfinishedReissue }) do
    local at = redis.call('ZSCORE', unfinished, reference)
    if at and tonumber(at) > tonumber(due) then redis.call('ZADD', unfinished, due, reference) end
  end
end
return #misdated
