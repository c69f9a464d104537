-- Events behind a place, and whether what lies behind that place is still all there.
--
-- KEYS  stream  all events of the fleet
-- ARGV  after   an event's id; `oldest`: everything that is kept; `latest`: nothing, from now on
--       count   at most so many
-- Returns { 'gone' } where events behind `after` are not kept any more, else { 'ok', the place that was read from, entries }.
-- A place in front of what Redis remembers last (it lost its last moments) is read from there: nobody has seen what follows.
--- @include tell
local stream = unpack(KEYS)
local after, count = unpack(ARGV)

local function isLess(a, b)
  local aTime, aNumber = string.match(a, '^(%d+)-(%d+)$')
  local bTime, bNumber = string.match(b, '^(%d+)-(%d+)$')
  aTime, bTime = tonumber(aTime), tonumber(bTime)
  return aTime < bTime or aTime == bTime and tonumber(aNumber) < tonumber(bNumber)
end

local begun = redis.call('GET', stream .. ':begun')
local isNamed = after ~= 'oldest' and after ~= 'latest'
if redis.call('EXISTS', stream) == 0 then
  begun = begun or beginStream(stream)
  if isNamed and isLess(after, begun) then return { 'gone' } end
  return { 'ok', begun, {} }
end
local about, flat = {}, redis.call('XINFO', 'STREAM', stream)
for i = 1, #flat, 2 do about[flat[i]] = flat[i + 1] end
local last, first = about['last-generated-id'], about['first-entry'] and about['first-entry'][1]
if isNamed then
  local wasTrimmed = about['entries-added'] > about['length']
  if begun and isLess(after, begun) or wasTrimmed and first and isLess(after, first) then return { 'gone' } end
  if isLess(last, after) then after = last end
elseif after == 'oldest' then
  after = begun and (not first or isLess(begun, first)) and begun or '0-0'
else
  return { 'ok', last, {} }
end
return { 'ok', after, redis.call('XRANGE', stream, '(' .. after, '+', 'COUNT', count) }
