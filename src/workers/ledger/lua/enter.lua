-- Gives a listed certificate its place in the maps (I7): a slot that no map has, or an unused one that is none.
--
-- KEYS  owner, version
--       pool       unused slots of the class
--       abandoned
-- ARGV  slot, class
--       becomes    POOL, REFUNDED or FOREIGN
--       boughtAt   ms
-- Answers entered, or known. A slot that goes to the pool explains one abandoned attempt of its class.
local owner, version, pool, abandoned = unpack(KEYS, 4)
local slot, class, becomes, boughtAt = unpack(ARGV, 6)

local at = redis.call('HGET', owner, slot)
if at and (at ~= 'POOL' or becomes == 'POOL') then return answer('known') end
if at then write('ZREM', pool, slot) end
write('HSET', owner, slot, becomes)
raise(version, class)
if becomes == 'POOL' then
  write('ZADD', pool, boughtAt, slot)
  local flat = redis.call('HGETALL', abandoned)
  for i = 1, #flat, 2 do
    if string.match(flat[i + 1], '^(.*)|%d+$') == class then
      write('HDEL', abandoned, flat[i])
      break
    end
  end
end
return answer('entered')
