-- eNom does not sell this: the order ends, unless another run has bought or is buying meanwhile.
--
-- KEYS  certificate
--       attempt    the newest
--       held
-- ARGV  reference
--       number     of the attempt
-- Answers ok, changed, holds, in-doubt, or the state that the order is in.
--- @include void-prepared
local certificate, attempt, held = unpack(KEYS, 3)
local reference, number = unpack(ARGV, 5)

local state = redis.call('HGET', certificate, 'state')
if state ~= 'APPROVED' and state ~= 'BUYING' then return answer(state) end
if redis.call('HGET', certificate, 'attempt') ~= number then return answer('changed') end
if redis.call('HEXISTS', held, reference) == 1 then return answer('holds') end
if voidPrepared(attempt) then return answer('in-doubt') end
write('HSET', certificate, 'state', 'REFUSED')
return answer('ok')
