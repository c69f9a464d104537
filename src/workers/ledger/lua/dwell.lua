-- Counts time that was watched (rule 9). Never more than the ledger's own time went on. Not a step of money.
--
-- ARGV  elapsedMs  since the same process' last visit, by a clock that never jumps
-- Answers dwelt.
--- @include dwelt
local elapsedMs = unpack(ARGV, 6)

redis.call('HSET', metaKey, 'dwell', string.format('%.0f', dwell + dweltSince(tonumber(elapsedMs))),
  'dwellAt', string.format('%.0f', now))
return answer('dwelt')
