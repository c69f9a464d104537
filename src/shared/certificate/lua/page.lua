-- One page of a list, behind a place in it, however many stand there with the same score: what it costs grows with the page and
-- with the logarithm of the list.
--
-- KEYS  list
-- ARGV  from            the lowest score, or -inf
--       below           all scores are below this one, or +inf
--       afterScore      of the last one on the page before, or empty
--       afterReference
--       count           of the page
-- Returns references and scores by turns.
local list = unpack(KEYS)
local from, below, afterScore, afterReference, count = unpack(ARGV)

-- As Redis sorts members; Lua's own comparison depends on the server's language.
local function isBehind(member)
  for i = 1, math.min(#member, #afterReference) do
    local a, b = string.byte(member, i), string.byte(afterReference, i)
    if a ~= b then return a > b end
  end
  return #member > #afterReference
end

local first = from == '-inf' and 0 or redis.call('ZCOUNT', list, '-inf', '(' .. from)
if afterScore ~= '' then
  local low = redis.call('ZCOUNT', list, '-inf', '(' .. afterScore)
  local high = low + redis.call('ZCOUNT', list, afterScore, afterScore)
  while low < high do
    local middle = math.floor((low + high) / 2)
    if isBehind(redis.call('ZRANGE', list, middle, middle)[1]) then high = middle else low = middle + 1 end
  end
  first = math.max(first, low)
end
local found = redis.call('ZRANGE', list, first, first + count - 1, 'WITHSCORES')
if below == '+inf' then return found end
local page = {}
for i = 1, #found, 2 do
  if tonumber(found[i + 1]) >= tonumber(below) then break end
  page[i], page[i + 1] = found[i], found[i + 1]
end
return page
