-- A request asks for its turn: keys take turns, within a key its customers, of a customer the run that began first. Whoever is
-- not asked for again does not wait any more. `first` (a person who waits at a terminal) goes before all keys.
--
-- KEYS  rate   requests in this window
--       line   hash of those that wait: id → JSON
--       turns  hash: how late each key and customer had a turn, and `n`, the number of turns so far
-- ARGV  id       of the request
--       by, of   whose it is
--       run      a smaller number began earlier
--       points   requests in a window
--       windowMs
--       most     so many may wait; more only where none of the same key does
--       staleMs  whoever did not ask for so long is gone
-- Returns go; wait MS; full.
local rate, line, turns = unpack(KEYS)
local id, by, of, run, points, windowMs, most, staleMs = unpack(ARGV)
points, most, staleMs = tonumber(points), tonumber(most), tonumber(staleMs)
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local SOON_MS = 20
-- A long list of turns is of no use: those who had none for long are first in any case.
local MOST_TURNS = 5000

local waiting, isNew, ofMine = {}, true, 0
local all = redis.call('HGETALL', line)
for i = 1, #all, 2 do
  local each = cjson.decode(all[i + 1])
  if all[i] == id then
    isNew = false
  elseif math.abs(now - each.seen) > staleMs then -- in the future: Redis' clock was put back since
    redis.call('HDEL', line, all[i])
  else
    each.id = all[i]
    waiting[#waiting + 1] = each
    if each.by == by then ofMine = ofMine + 1 end
  end
end
if redis.call('PTTL', rate) > tonumber(windowMs) then redis.call('PEXPIRE', rate, windowMs) end
local room = points - tonumber(redis.call('GET', rate) or '0')
if isNew and room <= #waiting and #waiting >= most and ofMine > 0 then return { 'full' } end
waiting[#waiting + 1] = { id = id, by = by, of = of, run = tonumber(run) }

local had = {}
local function turnOf(field)
  if not had[field] then had[field] = tonumber(redis.call('HGET', turns, field) or '0') end
  return had[field]
end
local function keyOf(each) return cjson.encode({ each.by }) end
local function customerOf(each) return cjson.encode({ each.by, each.of }) end
local function isBefore(a, b)
  if (a.by == 'first') ~= (b.by == 'first') then return a.by == 'first' end
  local x, y = turnOf(keyOf(a)), turnOf(keyOf(b))
  if x ~= y then return x < y end
  x, y = turnOf(customerOf(a)), turnOf(customerOf(b))
  if x ~= y then return x < y end
  if a.run ~= b.run then return a.run < b.run end
  return a.id < b.id
end
local n = tonumber(redis.call('HGET', turns, 'n') or '0')
local function isAmongTheNext(count)
  for place = 1, math.min(count, #waiting) do
    local best
    for i, each in ipairs(waiting) do if not best or isBefore(each, waiting[best]) then best = i end end
    local chosen = table.remove(waiting, best)
    if chosen.id == id then return true end
    had[keyOf(chosen)], had[customerOf(chosen)] = n + place, n + place
  end
  return false
end

if room > 0 and isAmongTheNext(room) then
  if redis.call('INCR', rate) == 1 or redis.call('PTTL', rate) < 0 then redis.call('PEXPIRE', rate, windowMs) end
  redis.call('HDEL', line, id)
  if redis.call('HLEN', turns) > MOST_TURNS then redis.call('DEL', turns) end
  local mine = { by = by, of = of }
  n = redis.call('HINCRBY', turns, 'n', 1)
  redis.call('HSET', turns, keyOf(mine), n, customerOf(mine), n)
  redis.call('PEXPIRE', turns, 60000)
  return { 'go' }
end
redis.call('HSET', line, id, cjson.encode({ by = by, of = of, run = tonumber(run), seen = now }))
redis.call('PEXPIRE', line, 60000)
-- Those in front ask any moment now, or their turn is over when they do not.
return { 'wait', room > 0 and SOON_MS or math.max(1, redis.call('PTTL', rate)) }
