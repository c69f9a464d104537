-- Rule 9: time that passed since the keeper's last visit. A longer silence was not watched; it counts as a minute.
local LONGEST_DWELL_MS = 60000
local function dweltSince(mostMs) return math.max(0, math.min(mostMs, LONGEST_DWELL_MS, now - tonumber(dwellAt or now))) end
