-- One page of a list, behind a place in it, however many stand there with the same score: what it costs grows with the page and
-- with the logarithm of the list.
--
-- KEYS  list
-- ARGV  from            the lowest score, or -inf
--       below           all scores are below this one, or +inf
--       afterScore      of the last one on the page before, or empty
--       afterReference
--       count           of the page
--       isDescending    1: the highest score first; or empty
-- Returns references and scores by turns.
local list = unpack(KEYS)
local from, below, afterScore, afterReference, count, isDescending = unpack(ARGV)

-- As Redis sorts members; Lua's own comparison depends on the server's language.
local function isBehind(member)
  for i = 1, math.min(#member, #afterReference) do
    local a, b = string.byte(member, i), string.byte(afterReference, i)
    if a ~= b then return a > b end
  end
  return #member > #afterReference
end

-- The first rank behind the place, or at it.
local function rankOf(isAtIt)
  local low = redis.call('ZCOUNT', list, '-inf', '(' .. afterScore)
  local high = low + redis.call('ZCOUNT', list, afterScore, afterScore)
  while low < high do
    local middle = math.floor((low + high) / 2)
    local member = redis.call('ZRANGE', list, middle, middle)[1]
    if isBehind(member) or isAtIt and member == afterReference then high = middle else low = middle + 1 end
  end
  return low
end

local first = from == '-inf' and 0 or redis.call('ZCOUNT', list, '-inf', '(' .. from)
local size = below == '+inf' and redis.call('ZCARD', list) or redis.call('ZCOUNT', list, '-inf', '(' .. below)
if isDescending == '' then
  if afterScore ~= '' then first = math.max(first, rankOf(false)) end
  if first >= size then return {} end
  return redis.call('ZRANGE', list, first, math.min(first + count, size) - 1, 'WITHSCORES')
end
if afterScore ~= '' then size = math.min(size, rankOf(true)) end
if first >= size then return {} end
local found = redis.call('ZRANGE', list, math.max(first, size - count), size - 1, 'WITHSCORES')
local page = {}
for i = #found - 1, 1, -2 do
  page[#page + 1] = found[i]
  page[#page + 1] = found[i + 1]
end
return page
