-- Whether one more purchase could begin now. Reads only; `begin` decides.
--
-- KEYS  unsettled, spent
-- ARGV  class
--       limits  JSON, as begin.ts writes it
-- Answers room, or what `tooMuch` says.
--- @include limits
local unsettled, spent = unpack(KEYS, 4)
local class, limits = unpack(ARGV, 6)

return answer(tooMuch(unsettled, spent, class, cjson.decode(limits)) or 'room')
