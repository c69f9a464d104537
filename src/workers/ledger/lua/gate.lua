-- The gate before the one write (rule 7): PREPARED → SENDING, won by one process, once.
--
-- KEYS  certificate, attempt, unsettled, held, spent
--       pool       unused slots of the class
-- ARGV  reference
--       number     of the attempt
--       sender     random, of this process for this attempt
--       class
--       limits     JSON, as begin.ts writes it
--       price      whole ten-thousandths
--       poolAgeMs  an unused slot that was bought earlier is not used
-- Answers open; or why it stays shut.
--
-- The ledger's time and the dwell counter are kept: from them the attempt settles (rule 9). The time since the keeper's last
-- visit counts as dwelt before the gate: it must not count behind it. The counter itself goes into the journal, too: a rebuilt
-- ledger whose counter began at nothing would never settle what was in flight.
--- @include limits
--- @include dwelt
local certificate, attempt, unsettled, held, spent, pool = unpack(KEYS, 4)
local reference, number, sender, class, limits, price, poolAgeMs = unpack(ARGV, 6)
local DAY_MS = 86400000

local state = redis.call('HGET', attempt, 'state') or 'none'
if state ~= 'PREPARED' then return answer('attempt is ' .. state) end
if redis.call('HGET', certificate, 'state') ~= 'BUYING' or redis.call('HGET', certificate, 'attempt') ~= number then
  return answer('order moved on')
end
if redis.call('HEXISTS', held, reference) == 1 then return answer('order holds a slot') end
if redis.call('ZCOUNT', pool, now - poolAgeMs, '+inf') > 0 then return answer('a spare slot turned up') end
local full = tooMuch(unsettled, spent, class, cjson.decode(limits))
if full then return answer(full) end
local _, alone = followers()
if alone ~= '' then return answer('Redis has lost its replicas') end

local since = dwell + dweltSince(math.huge)
local field = reference .. '#' .. number
write('HSET', attempt, 'state', 'SENDING', 'sender', sender, 'gateAt', now, 'gateDwell', since)
write('HSET', metaKey, 'dwell', dwell)
write('HSET', unsettled, field, string.format('%s|%s|%.0f|%.0f|S', class, price, now, since))
write('ZREMRANGEBYSCORE', spent, '-inf', now - DAY_MS)
write('ZADD', spent, now, field .. '|' .. price)
return answer('open')
