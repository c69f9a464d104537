-- In front of every step of the ledger (rules 2 and 3).
--
-- KEYS  metaKey        the account's meta hash
--       outboxKey      steps on their way to the journal
--       replicasKey    which server was last seen with replicas
-- ARGV  inHand         time in hand (ms), or empty: then Redis TIME counts
--       journalId      the journal that the caller writes to
--       stepName       as the journal calls it
--       stepReference  the order, or empty
--       remembered     servers with replicas that the caller knows of
-- The step's own operands follow.
--
-- `write` keeps what is written, with absolute values, so that the journal can write it again. `answer` ends every step: it
-- counts the step, keeps its line in the outbox until it is in the journal, and returns
-- { epoch, seq, now (ms), line or '', steps of this order that wait in the outbox, run of this Redis,
--   of a step: replicas that follow, `alone` or '', Redis TIME (ms); else 0, '', '0', code, details… }.
--- @include run
--- @include ../../../shared/redis/lua/replicas
local metaKey, outboxKey, replicasKey = KEYS[1], KEYS[2], KEYS[3]
local inHand, journalId, stepName, stepReference, remembered = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local epoch, seq, knownRun, knownJournal, frozen, dwell, dwellAt, stopped =
  unpack(redis.call('HMGET', metaKey, 'epoch', 'seq', 'run', 'journal', 'frozen', 'dwell', 'dwellAt', 'stopped'))
local isBound = epoch
epoch, seq, dwell = tonumber(epoch or 0), tonumber(seq or 0), tonumber(dwell or 0)
local time = redis.call('TIME')
local now = inHand ~= '' and tonumber(inHand) or time[1] * 1000 + math.floor(time[2] / 1000)
local run = runOf()
local writes = {}

-- A list may be longer than `unpack` takes.
local function restOf(list, from)
  local rest = {}
  for i = from, #list do rest[#rest + 1] = list[i] end
  return rest
end

local function write(...)
  local command = { ... }
  for i, part in ipairs(command) do
    if type(part) == 'number' then command[i] = string.format('%.0f', part) end
  end
  writes[#writes + 1] = command
  return redis.call(unpack(command))
end

local function unkept()
  local count = 0
  for _, field in ipairs(redis.call('HKEYS', outboxKey)) do
    local of = string.match(field, ' (.*)$')
    if of == '' or of == stepReference then count = count + 1 end
  end
  return count
end

-- Of the very server that takes the step: another one may have it by the time that somebody asks.
local followed
local function followers()
  followed = followed or { replicasOf(replicasKey, remembered) }
  local online, _, at, alone = unpack(followed, 1, 4)
  return online, alone and 'alone' or '', string.format('%.0f', at)
end

local function answer(...)
  local earlier = unkept()
  if #writes == 0 then return { epoch, seq, string.format('%.0f', now), '', earlier, run, 0, '', '0', ... } end
  seq = redis.call('HINCRBY', metaKey, 'seq', 1)
  local line = cjson.encode({ epoch = epoch, seq = seq, at = now, step = stepName, reference = stepReference, writes = writes })
  redis.call('HSET', outboxKey, epoch .. '/' .. seq .. ' ' .. stepReference, line)
  local online, alone, at = followers()
  return { epoch, seq, string.format('%.0f', now), line, earlier, run, online, alone, at, ... }
end

-- Every change of an owner in a class is counted (rule 10: the list is read again when it changed).
local function raise(versions, class) write('HSET', versions, class, (redis.call('HGET', versions, class) or 0) + 1) end
