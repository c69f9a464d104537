-- A person decided that nothing was bought, or that the money came back (rule 16): the order may buy once more.
-- A decision that was carried out is kept by its name: found again, after a crash or by a second run, it does nothing more.
-- The attempt counts among the abandoned: should its slot turn up after all, nobody else is suspected of having bought it (rule 13).
--
-- KEYS  certificate, attempt, parked, abandoned
-- ARGV  field     REF#N, as the maps name the attempt
--       reason
--       number    of the attempt
--       decision  its name
-- Answers ok, changed, or the state that the order is in.
local certificate, attempt, parked, abandoned = unpack(KEYS, 4)
local field, reason, number, decision = unpack(ARGV, 6)

if redis.call('HGET', certificate, 'decision') == decision then return answer('ok') end
local state = redis.call('HGET', certificate, 'state') or 'none'
if state ~= 'PARKED' then return answer(state) end
if redis.call('HGET', certificate, 'attempt') ~= number then return answer('changed') end
if redis.call('HGET', attempt, 'state') == 'PARKED' then
  write('HSET', attempt, 'state', 'REJECTED', 'reason', reason, 'evidence', reason)
end
local entry = redis.call('HGET', parked, field)
if entry then
  write('HDEL', parked, field)
  write('HSET', abandoned, field, entry)
end
write('HSET', certificate, 'state', 'BUYING', 'decision', decision)
return answer('ok')
