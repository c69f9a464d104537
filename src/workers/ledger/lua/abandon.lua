-- UNKNOWN → ABANDONED (rule 11): the attempt was surely not made, and the order may begin another.
--
-- KEYS  attempt, certificate, unsettled, version, held, abandoned
--       pool         unused slots of the class
-- ARGV  field        REF#N, as the maps name the attempt
--       reference, class
--       seenVersion  of the class, when the first list was asked for
--       rebuyBudget
--       evidence     JSON (I4)
--       settleMs     T_settle
--       exposure     its entry in `abandoned`
--       poolAgeMs    an unused slot that was bought earlier is not used
--       number       of the attempt
-- Answers abandoned, late, holds, budget-spent, unsettled, changed.
--- @include in-flight
local attempt, certificate, unsettled, version, held, abandoned, pool = unpack(KEYS, 4)
local field, reference, class, seenVersion, rebuyBudget, evidence, settleMs, exposure, poolAgeMs, number = unpack(ARGV, 6)

if redis.call('HGET', attempt, 'state') ~= 'UNKNOWN' then return answer('late') end
if redis.call('HGET', certificate, 'state') ~= 'BUYING' or redis.call('HGET', certificate, 'attempt') ~= number then
  return answer('late')
end
if redis.call('HEXISTS', held, reference) == 1 then return answer('holds') end
local rebuys = tonumber(redis.call('HGET', certificate, 'rebuys') or 0)
if rebuys >= tonumber(rebuyBudget) then return answer('budget-spent') end
for _, entry in ipairs(redis.call('HVALS', unsettled)) do
  local e = inFlight(entry)
  if e.class == class and not settled(e, tonumber(settleMs)) then return answer('unsettled') end
end
if tonumber(redis.call('HGET', version, class) or 0) ~= tonumber(seenVersion) then return answer('changed') end
if redis.call('ZCOUNT', pool, now - poolAgeMs, '+inf') > 0 then return answer('changed') end
write('HSET', attempt, 'state', 'ABANDONED', 'evidence', evidence)
write('HDEL', unsettled, field)
write('HSET', abandoned, field, exposure)
write('HSET', certificate, 'rebuys', rebuys + 1)
return answer('abandoned')
