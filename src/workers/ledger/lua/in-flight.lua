-- An entry of `unsettled`: class|price|gateAt|gateDwell|S, U or C (SENDING, UNKNOWN, COVERED).
local function inFlight(entry)
  local class, price, at, since, flag = string.match(entry, '^(.*)|(%d+)|(%d+)|(%d+)|(%u)$')
  return { class = class, price = tonumber(price), at = tonumber(at), since = tonumber(since), flag = flag }
end

-- Rule 9: settled by the ledger's time, and by time that the keeper has watched.
local function settled(e, settleMs) return now - e.at >= settleMs and dwell - e.since >= settleMs end
