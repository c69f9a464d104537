-- Takes in an order that was bought elsewhere: the slot becomes its own in both maps (rule 12), bought and used, and its text
-- and record are kept in the same moment. So no order is ever there that could be bought once more.
--
-- KEYS  certificate, owner, held, version, unsettled, parked, abandoned
--       wholeness   whether all certificates stand in all lists: those of a new fleet do
--       everything  the list of all
--       updated     when each certificate was last saved
-- ARGV  reference
--       slot        empty: the order is over and has none
--       class
--       former      JSON [[holder, slot], …]: slots of terms that are over
--       money       JSON [field, value, …]: facts of the order in the ledger
--       order, record  JSON
--       digest      of the order as it came
--       kept        digest of the order as it is kept
--       acceptedAt  ms
--       status
--       index       in front of all lists
--       listed      where it stands
--       rules       what `wholeness` says where it is whole
--       share       whose work it is
-- Answers entered, completed (the ledger knew it, and its text was lost), known, another (the reference is another order's),
-- holds SLOT, owned OWNER SLOT, in-doubt (a purchase of the class is not decided, and the slot is in no map).
--- @include ../../../../shared/certificate/lua/listing
local certificate, owner, held, version, unsettled, parked, abandoned, wholeness, everything, updated = unpack(KEYS, 4)
local reference, slot, class, former, money, order, record, digest, kept, acceptedAt, status, index, listed, rules, share = unpack(ARGV, 6)

local function isInDoubt()
  for _, map in ipairs({ unsettled, parked, abandoned }) do
    for _, entry in ipairs(redis.call('HVALS', map)) do
      if string.sub(entry, 1, #class + 1) == class .. '|' then return true end
    end
  end
  return false
end

-- Whether the slot may become the holder's: it is, or nobody here has a claim on it. Only a person gives such a slot away.
local function refusalFor(holder, number)
  local of = redis.call('HGET', owner, number)
  if of == holder or of == 'LEGACY' or of == 'FOREIGN' then return nil end
  if of then return 'owned', of end
  if isInDoubt() then return 'in-doubt', '' end
end

local terms = cjson.decode(former)
local knownText, knownDigest, knownState = unpack(redis.call('HMGET', certificate, 'order', 'digest', 'state'))
local mine = redis.call('HGET', held, reference)
if knownText then
  if knownDigest == digest and (mine or '') == slot then return answer('known') end
  return answer('another')
end
if mine and mine ~= slot then return answer('holds', mine) end
if slot ~= '' then
  local why, of = refusalFor(reference, slot)
  if why then return answer(why, of, slot) end
end
for _, term in ipairs(terms) do
  local why, of = refusalFor(term[1], term[2])
  if why then return answer(why, of, term[2]) end
end

if not knownState then
  if slot ~= '' then
    write('HSET', owner, slot, reference)
    write('HSET', held, reference, slot)
  end
  for _, term in ipairs(terms) do
    write('HSET', owner, term[2], term[1])
    write('HSET', held, term[1], term[2])
  end
  if slot ~= '' or #terms > 0 then raise(version, class) end
  write('HSET', certificate, unpack(cjson.decode(money)))
end
if redis.call('EXISTS', everything, wholeness) == 0 then redis.call('HSET', wholeness, 'whole', rules, 'updated', 1) end
redis.call('HSET', certificate, 'digest', digest, 'keptDigest', kept, 'order', order, 'record', record, 'acceptedAt', acceptedAt,
  'version', 1, 'status', status, 'share', share)
for field, first in pairs({ attempt = 0, rebuys = 0, purchases = '[]' }) do redis.call('HSETNX', certificate, field, first) end
putInLists(certificate, index, reference, listed, '')
redis.call('ZADD', updated, math.floor(now), reference)
return answer(knownState and 'completed' or 'entered')
