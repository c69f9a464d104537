-- Keeps an accepted order. Money facts that are there already stay: a ledger rebuilt from its journal may know more of an order
-- than its text.
--
-- KEYS  certificate
--       unfinished  of the queue `open`
--       wholeness   whether all certificates stand in all lists: those of a new fleet do
--       everything  the list of all
--       updated     when each certificate was last saved
--       stream      all events of the fleet
--       replicas    which server was last seen with replicas
-- ARGV  reference
--       digest      of the order as it came
--       kept        digest of the order as it is kept
--       order       JSON
--       record      JSON
--       acceptedAt  ms
--       index       in front of all lists
--       listed      where it stands
--       rules       what `wholeness` says where it is whole
--       share       whose work it is
--       events      what is told of it, as `tell` reads it
--       remembered  servers with replicas that the caller knows of
-- Returns { answer, replicas that follow, run_id (empty where none is known of), now (ms) }: accepted, same (this very order is there), conflict (the reference
-- belongs to another order), alone (the server has lost its replicas: nothing was done). Where replicas follow, `replicas` is
-- written behind everything else: who waits for that write waits for the order, whoever kept it.
--- @include listing
--- @include ../../redis/lua/replicas
--- @include ../../events/lua/tell
local certificate, unfinished, wholeness, everything, updated, stream, replicas = unpack(KEYS)
local reference, digest, kept, order, record, acceptedAt, index, listed, rules, share, events, remembered = unpack(ARGV)

local online, run, at, alone = replicasOf(replicas, remembered, true)
local function answer(what) return { what, online, run, string.format('%.0f', at) } end
if alone then return answer('alone') end
local known, knownKept, state, attempt, purchases =
  unpack(redis.call('HMGET', certificate, 'digest', 'keptDigest', 'state', 'attempt', 'purchases'))
if known then
  -- Either form may be sent again, and a later version may write an order otherwise than the one that accepted it.
  for _, each in ipairs({ digest, kept }) do
    if each == known or each == knownKept then return answer('same') end
  end
  return answer('conflict')
end
local isFirst = redis.call('EXISTS', everything) == 0
if isFirst and redis.call('EXISTS', wholeness) == 0 then redis.call('HSET', wholeness, 'whole', rules, 'updated', 1) end
redis.call('HSET', certificate, 'digest', digest, 'keptDigest', kept, 'order', order, 'record', record, 'acceptedAt', acceptedAt,
  'version', 1, 'status', 'ordered', 'share', share)
redis.call('HSET', certificate, 'state', state or 'APPROVED', 'attempt', attempt or 0, 'purchases', purchases or '[]')
redis.call('ZADD', unfinished, acceptedAt, reference)
if state or redis.call('ZADD', everything, acceptedAt, reference) == 0 then
  putInLists(certificate, index, reference, listed, '')
else
  -- Nobody knew it, so it stands in no list.
  local names, scores = listsOf(index, listed, acceptedAt)
  for _, name in ipairs(names) do
    if name ~= everything then redis.call('ZADD', name, scores[name], reference) end
  end
  redis.call('HSET', certificate, 'listed', listed, 'listedVersion', 1)
end
redis.call('ZADD', updated, acceptedAt, reference)
tell(stream, events)
return answer('accepted')
