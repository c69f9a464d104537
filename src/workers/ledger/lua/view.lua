-- What the ledger knows of the slots that eNom lists, in one moment (rules 10, 13). Reads only.
--
-- KEYS  owner, version, unsettled, parked, abandoned
--       left   what cancelled orders left in their slots
-- ARGV  slots  any number of CertIDs
-- Answers view JSON.
local owner, version, unsettled, parked, abandoned, left = unpack(KEYS, 4)
local slots = restOf(ARGV, 6)

local owners = {}
for i, slot in ipairs(slots) do owners[i] = redis.call('HGET', owner, slot) or '' end
local function map(key)
  local flat = redis.call('HGETALL', key)
  if #flat == 0 then return {} end
  return flat
end
return answer('view', cjson.encode({ owners = owners, dwell = dwell, versions = map(version), unsettled = map(unsettled),
  parked = map(parked), abandoned = map(abandoned), left = map(left) }))
