-- Puts an order into a fleet's inbox: for programs in any language that reach the fleet's Redis. Version 1 of the
-- contract: keys, arguments, answers and what an order looks like stay as they are. docs/howto/straight-into-redis.md
-- shows its use. Nothing of it depends on a release of Certfleet: a copy may be kept beside your own program.
--
-- KEYS  versions  PREFIX:inbox:versions        which versions of this contract the fleet reads
--       waiting   PREFIX:inbox                 orders that wait
--       orders    PREFIX:inbox:orders          what they are
--       turns     PREFIX:inbox:turns           whose turn it is: customers take turns
--       answers   PREFIX:inbox:answers:REFERENCE  what became of the orders with this reference: ticket -> JSON
-- ARGV  version   1
--       reference the order's own
--       order     JSON, as the body of POST /v1/certificates (schemas/order.json); 65,536 bytes at most
--
-- Returns { word, ticket }. The ticket is the field of `answers` to look at:
--   queued    the order is in the inbox
--   waiting   this very order was in the inbox before; nothing was changed
--   accepted  this very order was accepted before; nothing was changed
-- An order that was refused is put in again: whoever sends it again has changed something else.
--
-- Or an error, and nothing was changed. Its first word is
--   NOFLEET     no fleet reads this inbox: another prefix, or another Redis
--   VERSION     the fleet does not read version 1 any more: take the enqueue.lua of its release
--   BADKEYS     the keys are not those of one prefix and this reference
--   BADORDER    no JSON object, another reference in it, longer than 65,536 bytes, or with a private key in it
--   INBOXFULL   100,000 orders wait: nobody works. Try again later
local versions, waiting, orders, turns, answers = unpack(KEYS)
local version, reference, order = unpack(ARGV)

local LONGEST, MOST, KEPT_SECONDS = 65536, 100000, 2592000

local function refuse(code, why) return redis.error_reply(code .. ' ' .. why) end
if not order or KEYS[6] or not answers then return refuse('BADKEYS', 'five keys and three arguments are wanted') end
if versions ~= waiting .. ':versions' or orders ~= waiting .. ':orders' or turns ~= waiting .. ':turns'
  or answers ~= waiting .. ':answers:' .. reference then
  return refuse('BADKEYS', 'the keys do not belong to one prefix and the reference ' .. reference)
end

local from, to = unpack(redis.call('HMGET', versions, 'from', 'to'))
if not from then
  local remedy = ' in this Redis: take CERTFLEET_PREFIX and REDIS_URL of its workers'
  return refuse('NOFLEET', 'no fleet reads ' .. waiting .. remedy)
end
local number = tonumber(version)
if not number or number < tonumber(from) or number > tonumber(to) then
  return refuse('VERSION', 'this fleet reads version ' .. from .. ' to ' .. to .. ' of the inbox, and not ' .. version)
end

if #order > LONGEST then return refuse('BADORDER', 'the order has more than ' .. LONGEST .. ' bytes') end
if string.find(order, 'PRIVATE KEY', 1, true) then
  return refuse('BADORDER', 'the order holds a private key: send the CSR alone')
end
local isJson, read = pcall(cjson.decode, order)
if not isJson or type(read) ~= 'table' then return refuse('BADORDER', 'the order is no JSON object') end
if read.reference ~= reference then return refuse('BADORDER', 'the order has another reference than ' .. reference) end

local ticket = redis.sha1hex(order)
local known = redis.call('HGET', answers, ticket)
local status = known and cjson.decode(known).status
if status == 'waiting' or status == 'accepted' then return { status, ticket } end
if redis.call('ZCARD', waiting) >= MOST then return refuse('INBOXFULL', MOST .. ' orders wait. Try again later') end

-- Whose order it is: the customer by your own name of it, else by its address.
local function text(value) return type(value) == 'string' and value or nil end
local address = type(read.customer) == 'table' and text(read.customer.email) or ''
local whose = redis.sha1hex(text(read.tenant) or string.lower(address))
-- Start-time fair queueing: the next place of a customer is one behind its last, and not in front of what is next now.
local head = redis.call('ZRANGE', waiting, 0, 0, 'WITHSCORES')[2]
if not head then redis.call('DEL', turns) end
local place = math.max(tonumber(head or 0), tonumber(redis.call('HGET', turns, whose) or -1) + 1)
redis.call('HSET', turns, whose, place)
local seconds, micros = unpack(redis.call('TIME'))
local entry = string.format('%010d%06d', seconds, micros) .. ' ' .. reference .. ' ' .. ticket
redis.call('ZADD', waiting, place, entry)
redis.call('HSET', orders, entry, order)
redis.call('HSET', answers, ticket, '{"status":"waiting"}')
redis.call('EXPIRE', answers, KEPT_SECONDS)
return { 'queued', ticket }
